"""The questions of an evaluation, one file each: facts, law and `now` in, answers and objections out.

Pure: the standard library, this package and `services.chassis.objection`. Amounts of money are `Decimal` yuan with two
places, scores `Decimal` points, moments aware `datetime`s. The law comes in as a `law.Law`, already loaded.
"""
