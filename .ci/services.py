"""Fail with one sentence when PostgreSQL or Redis does not answer."""

import sys

import psycopg
import redis

pg_url, redis_url = sys.argv[1:3]
try:
    with psycopg.connect(pg_url.replace("postgres://", "postgresql://", 1), connect_timeout=5) as connection:
        print("PostgreSQL", connection.info.server_version)
except psycopg.Error as fault:
    sys.exit(f"PostgreSQL does not answer at {pg_url.rpartition('@')[2]}: {fault}. Start it, or set PG_URL.")
try:
    print("Redis", redis.Redis.from_url(redis_url, socket_connect_timeout=5).info("server")["redis_version"])
except redis.RedisError as fault:
    sys.exit(f"Redis does not answer at {redis_url.rpartition('@')[2]}: {fault}. Start it, or set REDIS_URL.")
