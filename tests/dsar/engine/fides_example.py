# ruff: noqa: E501 - tables and datasets read better on one line
"""A shop of the shape that public example datasets describe: no foreign keys, old and new spelling of the format."""

import yaml as yaml_library

SCHEMA = """
CREATE TABLE product (id INT PRIMARY KEY, name VARCHAR(100), price MONEY);
CREATE TABLE address (id VARCHAR(100) PRIMARY KEY, house INT, street VARCHAR(100), city VARCHAR(100), state VARCHAR(100), zip VARCHAR(100));
CREATE TABLE customer (id INT PRIMARY KEY, email VARCHAR(100), name VARCHAR(100), created TIMESTAMP, address_id VARCHAR(100));
CREATE TABLE employee (id INT PRIMARY KEY, email VARCHAR(100), name VARCHAR(100), address_id VARCHAR(100));
CREATE TABLE payment_card (id VARCHAR(100) PRIMARY KEY, name VARCHAR(100), ccn BIGINT, code SMALLINT, preferred BOOLEAN, customer_id INT, billing_address_id VARCHAR(100));
CREATE TABLE orders (id VARCHAR(100) PRIMARY KEY, customer_id INT, shipping_address_id VARCHAR(100));
CREATE TABLE order_item (order_id VARCHAR(100), item_no SMALLINT, product_id INT, quantity SMALLINT, CONSTRAINT order_item_pk PRIMARY KEY (order_id, item_no));
CREATE TABLE visit (email VARCHAR(100), last_visit TIMESTAMP, CONSTRAINT visit_pk PRIMARY KEY (email, last_visit));
CREATE TABLE login (id INT PRIMARY KEY, customer_id INT, time TIMESTAMP);
CREATE TABLE service_request (id VARCHAR(100) PRIMARY KEY, email VARCHAR(100), alt_email VARCHAR(100), opened DATE, closed DATE, employee_id INT);
CREATE TABLE report (id INT PRIMARY KEY, email VARCHAR(100), name VARCHAR(100), year INT, month INT, total_visits INT);
INSERT INTO product VALUES (1,'Thing 1','10.00'),(2,'Thing 2','20.00'),(3,'Thing 3','50.00');
INSERT INTO address VALUES ('addr_1',123,'Street','City','AA','12345'),('addr_2',4,'Street','City','AA','12345'),('addr_3',555,'Street','City','AA','12345'),('addr_4',1111,'Street','City','AA','12345');
INSERT INTO customer VALUES (1,'customer-1@example.com','Ulla Berg','2020-04-01 11:47:42','addr_1'),(2,'customer-2@example.com','Piet Dorn','2020-04-01 11:47:42','addr_2');
INSERT INTO employee VALUES (1,'employee-1@example.com','Nora Feld','addr_3'),(2,'employee-2@example.com','Olaf Hain','addr_3');
INSERT INTO payment_card VALUES ('pay_aaa-aaa','Card 1',123456789,321,true,1,'addr_1'),('pay_bbb-bbb','Card 2',987654321,123,false,2,'addr_1');
INSERT INTO orders VALUES ('ord_aaa-aaa',1,'addr_2'),('ord_bbb-bbb',2,'addr_1'),('ord_ccc-ccc',1,'addr_1'),('ord_ddd-ddd',1,'addr_1');
INSERT INTO order_item VALUES ('ord_aaa-aaa',1,1,1),('ord_bbb-bbb',1,1,1),('ord_ccc-ccc',1,1,1),('ord_ccc-ccc',2,2,1),('ord_ddd-ddd',1,1,1);
INSERT INTO visit VALUES ('customer-1@example.com','2021-01-06 01:00:00'),('customer-2@example.com','2021-01-06 01:00:00');
INSERT INTO login VALUES (1,1,'2021-01-01 01:00:00'),(2,1,'2021-01-02 01:00:00'),(7,2,'2021-01-06 01:00:00');
INSERT INTO service_request VALUES ('ser_aaa-aaa','customer-1@example.com','customer-1-alt@example.com','2021-01-01','2021-01-03',1),('ser_bbb-bbb','customer-2@example.com',null,'2021-01-04',null,1),('ser_ccc-ccc','customer-3@example.com',null,'2021-01-05','2020-01-07',1);
INSERT INTO report VALUES (1,'admin-account@example.com','Monthly Report',2021,8,100),(2,'admin-account@example.com','Monthly Report',2021,9,100);
"""
DATASET = "shop"
SYSTEM = "system.operations"


def field(name, category=None, **meta):
    found = {"name": name}
    if category:
        found["data_categories"] = [category]
    if "ref" in meta:
        target, direction = meta.pop("ref")
        meta["references"] = [{"dataset": DATASET, "field": target, "direction": direction}]
    if meta:
        found["fidesops_meta" if "references" in meta else "fides_meta"] = meta
    return found


COLLECTIONS = {
    "address": [
        field("city", "user.contact.address.city"),
        field("house", "user.contact.address.street"),
        field("id", SYSTEM, primary_key=True),
        field("state", "user.contact.address.state"),
        field("street", "user.contact.address.street"),
        field("zip", "user.contact.address.postal_code"),
    ],
    "customer": [
        field("address_id", SYSTEM, ref=("address.id", "to")),
        field("created", SYSTEM),
        field("email", "user.contact.email", identity="email", data_type="string"),
        field("id", "user.unique_id", primary_key=True),
        field("name", "user.name", data_type="string", length=40),
    ],
    "employee": [
        field("address_id", SYSTEM, ref=("address.id", "to")),
        field("email", "user.contact.email", identity="email", data_type="string"),
        field("id", "user.unique_id", primary_key=True),
        field("name", "user.name", data_type="string"),
    ],
    "login": [
        field("customer_id", "user.unique_id", ref=("customer.id", "from")),
        field("id", SYSTEM, primary_key=True),
        field("time", "user.sensor"),
    ],
    "orders": [
        field("customer_id", "user.unique_id", ref=("customer.id", "from")),
        field("id", SYSTEM, primary_key=True),
        field("shipping_address_id", SYSTEM, ref=("address.id", "to")),
    ],
    "order_item": [
        field("order_id", SYSTEM, ref=("orders.id", "from")),
        field("product_id", SYSTEM, ref=("product.id", "to")),
        field("quantity", SYSTEM),
    ],
    "payment_card": [
        field("billing_address_id", SYSTEM, ref=("address.id", "to")),
        field("ccn", "user.financial.account_number"),
        field("code", "user.financial"),
        field("customer_id", "user.unique_id", ref=("customer.id", "from")),
        field("id", SYSTEM, primary_key=True),
        field("name", "user.financial"),
        field("preferred", "user"),
    ],
    "product": [field("id", SYSTEM, primary_key=True), field("name", SYSTEM), field("price", SYSTEM)],
    "report": [
        field("email", "user.contact.email", identity="email"),
        field("id", SYSTEM, primary_key=True),
        field("month", SYSTEM),
        field("name", SYSTEM),
        field("total_visits", SYSTEM),
        field("year", SYSTEM),
    ],
    "service_request": [
        field("alt_email", "user.contact.email", identity="email"),
        field("closed", SYSTEM),
        field("email", SYSTEM, identity="email"),
        field("employee_id", "user.unique_id", ref=("employee.id", "from")),
        field("id", SYSTEM, primary_key=True),
        field("opened", SYSTEM),
    ],
    "visit": [field("email", "user.contact.email", identity="email"), field("last_visit", SYSTEM)],
}


def yaml():
    collections = [{"name": name, "fields": fields} for name, fields in COLLECTIONS.items()]
    return yaml_library.safe_dump(
        {"dataset": [{"fides_key": DATASET, "name": "Shop", "collections": collections}]}
    )
