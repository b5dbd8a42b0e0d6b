"""Finders: one module each, with `find(*, now)` that yields what is wrong now. The sweep discovers them.

A module may name the kinds it can yield as `KINDS`; when it fails, findings of these kinds stay open. Without
`KINDS` a failure keeps every finding open.
"""
