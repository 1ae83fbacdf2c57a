"""What of an expert's conduct is recorded for the library (198-21), and with how many points?

The finance department judges experts; this is the record it judges by. Points are the centre's own working scale,
not law.
"""

from __future__ import annotations

KINDS: dict[str, tuple[int, str]] = {
    "attended": (1, "按时参加并完成评审"),
    "late": (-2, "迟到"),
    "absent": (-5, "接受邀请后未到"),
    "left_early": (-5, "评审未结束离开"),
    "no_answer": (-1, "未在时限内答复抽取通知"),
    "tie_hidden": (-20, "应当回避而未声明"),
    "abnormal_mark": (-3, "评分畸高、畸低，经评标委员会认定"),
    "refused_to_sign": (-5, "拒绝签字又不书面说明理由"),
}
"""kind → (points, Chinese)."""


def points(kind: str) -> int:
    """The points of a kind. Raises KeyError for an unknown one."""
    return KINDS[kind][0]
