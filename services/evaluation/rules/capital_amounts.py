"""What amount do these capital characters say (大写金额), and how is an amount written in them?

The forms of the banks' rules for bills (正确填写票据和结算凭证的基本规定): 壹佰贰拾叁万肆仟伍佰元整,
壹万零伍元叁角整, 贰拾元零伍分. Read
strictly: what two people could read as two amounts is not read at all, because words prevail over figures (87-59).
"""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_READ = {character: value for value, character in enumerate(DIGITS)} | {
    "〇": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "弍": 2,
    "贰": 2,
    "貳": 2,
    "三": 3,
    "叁": 3,
    "參": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "陸": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "壱": 1,
    "壹": 1,
}
_UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_SECTIONS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_YUAN = "元圆圓"
_LARGEST = Decimal("9999999999999999.99")


class Unreadable(ValueError):
    """These characters say no amount, or more than one."""


def write(amount: Decimal) -> str:
    """An amount from 0.00 to 9,999,999,999,999,999.99 yuan in capital characters. Raises ValueError for any other."""
    if not Decimal(0) <= amount <= _LARGEST or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"{amount} cannot be written as an amount of yuan and fen")
    fen = int(amount.scaleb(2))
    yuan, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    text = f"{_write_integer(yuan)}元" if yuan or not fen else ""
    if not jiao and not cents:
        return text + "整"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return text + (f"{DIGITS[cents]}分" if cents else "整")


def _write_integer(value: int) -> str:
    if not value:
        return "零"
    text, owed_zero = "", False
    for size, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        section = value // size % 10**4
        if size == 10**8 and value >= 10**12:
            # 壹万亿 already said the 亿 only if nothing follows in its section.
            text = text.removesuffix("亿") if section else text
        if not section:
            owed_zero = bool(text)
            continue
        if text and (owed_zero or section < 1000):
            text += "零"
        text += _write_section(section) + name
        owed_zero = False
    return text


def _write_section(section: int) -> str:
    text, owed_zero = "", False
    for size, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = section // size % 10
        if digit:
            text += ("零" if owed_zero else "") + DIGITS[digit] + name
            owed_zero = False
        else:
            owed_zero = bool(text)
    return text


def read(text: str) -> Decimal:
    """The amount in yuan with two places. Raises `Unreadable`, saying what is wrong where.

    Accepted besides the strict form: 人民币 before it, 圆 for 元, 正 for 整, everyday digits (一二三), spaces.
    """
    plain = "".join(text.split()).removeprefix("人民币").lstrip(":：")
    place = next((position for position, character in enumerate(plain) if character in _YUAN), None)
    if place is None:
        yuan, rest = Decimal(0), plain
        if not any(unit in plain for unit in "角分"):
            raise Unreadable(f"{text!r} names neither 元 nor 角 nor 分")
    else:
        yuan, rest = Decimal(_read_integer(plain[:place])), plain[place + 1 :]
    amount = (yuan + _read_fraction(rest, after_yuan=place is not None)).quantize(Decimal("0.01"))
    if amount > _LARGEST:
        raise Unreadable(f"{text!r} is too large an amount")
    return amount


def _read_fraction(text: str, *, after_yuan: bool) -> Decimal:
    rest = text
    ended = rest.endswith(("整", "正"))
    if ended:
        rest = rest[:-1]
    if not rest:
        if not ended and not after_yuan:
            raise Unreadable("the amount is empty")
        return Decimal(0)
    jiao = cents = 0
    if len(rest) >= 2 and rest[1] == "角":
        jiao, rest = _digit(rest[0]), rest[2:]
    elif rest[0] in "零〇" and len(rest) == 3:
        rest = rest[1:]
    if len(rest) >= 2 and rest[1] == "分" and not ended:
        cents, rest = _digit(rest[0]), rest[2:]
    if rest:
        raise Unreadable(f"{rest!r} cannot follow at the end of an amount")
    return Decimal(jiao * 10 + cents).scaleb(-2)


def _digit(character: str) -> int:
    if character not in _READ:
        raise Unreadable(f"{character!r} is not a digit")
    return _READ[character]


def _read_integer(text: str) -> int:
    """Sections of up to four digits before 万 and 亿, each larger than what follows it."""
    if not text:
        raise Unreadable("no digit before 元")
    if text in ("零", "〇"):
        return 0
    for yi in ("亿", "億"):
        if yi in text:
            head, tail = text.rsplit(yi, 1)
            above, below = _below_yi(head), _below_yi(tail, follows=True) if tail else 0
            if not above:
                raise Unreadable("nothing stands before 亿")
            return above * 10**8 + below
    return _below_yi(text)


def _below_yi(text: str, *, follows: bool = False) -> int:
    for wan in ("万", "萬"):
        if wan in text:
            head, tail = text.split(wan, 1)
            above, below = _read_section(head, follows=follows), _read_section(tail, follows=True) if tail else 0
            if not above or any(other in tail for other in _SECTIONS):
                raise Unreadable(f"{text!r}: 万 stands where it cannot")
            return above * 10**4 + below
    return _read_section(text, follows=follows)


def _read_section(text: str, *, follows: bool) -> int:
    """Up to 9,999. `follows`: a larger section stands before, so a bare digit needs its 零."""
    if any(character in _SECTIONS for character in text):
        raise Unreadable(f"{text!r}: a section larger than the one before it")
    total, last_unit, zero, position = 0, 10**4 if follows else 10**5, False, 0
    while position < len(text):
        character = text[position]
        if character in "零〇○":
            if zero or (not total and not follows):
                raise Unreadable(f"{text!r}: a 零 that stands for nothing")
            zero, position = True, position + 1
            continue
        bare_ten = character in "拾十" and not total and not follows
        digit = 1 if bare_ten else _digit(character)
        if not bare_ten:
            position += 1
        unit = _UNITS.get(text[position], 1) if position < len(text) else 1
        if unit == 1 and position < len(text):
            raise Unreadable(f"{text[position]!r} cannot follow a digit")
        position += unit != 1
        if unit >= last_unit:
            raise Unreadable(f"{text!r}: the units do not descend")
        if not zero and unit == 1 and last_unit > 10 and (total or follows):
            # 壹仟伍 is 1,500 to one reader and 1,005 to another.
            raise Unreadable(f"{text!r}: the last digit needs its unit, or a 零 before it")
        total, last_unit, zero = total + digit * unit, unit, False
    if zero or not total:
        raise Unreadable(f"{text!r} is not an amount")
    return total
