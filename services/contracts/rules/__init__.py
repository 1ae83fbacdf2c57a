"""The law of awards and contracts as pure functions: facts and `now` in, objections or figures out.

One file per question. Standard library, `services.chassis.objection` and the pure modules of `services.protocol` only.
"""
