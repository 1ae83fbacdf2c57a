"""The department's rules: facts and the time in, answers out; one file a question.

Standard library, `services.chassis.objection` and the pure modules of `services.protocol` only. The law's figures come
in as a `law.Book`; working days come in as a calendar; nothing here reads a clock, a database or a file that changes.
"""
