"""How is an amount written in Chinese capitals (大写金额)?

As cheques and contracts write it (票据法、支付结算办法附一「正确填写票据和结算凭证的基本规定」): 贰佰零伍万元整,
壹元零伍分.
"""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_words(amount: Decimal) -> str:
    """The amount in capitals, ending in 整 unless there are fen. Raises ValueError below 0 or from 10¹⁶ yuan on."""
    fen = int(amount * 100)
    if amount < 0 or amount * 100 != fen or amount >= 10**16:
        raise ValueError("an amount in words has two places and lies between 0 and 10^16 yuan")
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    text = (_whole(whole) + "元") if whole else ""
    if not jiao and not rest:
        return (text or "零元") + "整"
    if jiao:
        # 零 stands between the yuan and the jiao when the last digit of the yuan is a nought.
        text += ("零" if whole and whole % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif whole:
        text += "零"
    return text + (_DIGITS[rest] + "分" if rest else "整")


def _whole(number: int) -> str:
    groups = []
    while number:
        groups.append(number % 10_000)
        number //= 10_000
    text = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            continue
        if text and group < 1000:
            text += "零"
        text += _group(group) + _GROUPS[place]
    return text


def _group(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return text
