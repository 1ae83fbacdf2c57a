"""Is this a unified social credit code? (统一社会信用代码, GB 32100-2015)"""

from typing import Final

from services.chassis.objection import Objection

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))


def check_character(first_seventeen: str) -> str:
    """The eighteenth character of a code: weights 3^i, modulo 31. The text must be 17 characters of `ALPHABET`."""
    total = sum(weight * ALPHABET.index(each) for weight, each in zip(_WEIGHTS, first_seventeen, strict=True))
    return ALPHABET[-total % 31]


def objections(code: str, where: str) -> list[Objection]:
    """Why a code of the right shape is not one; `where` is its field."""
    right = check_character(code[:17])
    if code[17] == right:
        return []
    message = f"The last character of {code} does not fit the others; look at each again."
    return [Objection("credit_code_check_digit", message, "", where, {"code": code})]
