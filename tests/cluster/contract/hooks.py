"""What of docs/openapi.yaml JSON Schema cannot say, so that valid requests are valid.

Loaded by schemathesis. Nothing here looks at an answer.
"""
from datetime import datetime, timedelta, timezone

import schemathesis
from hypothesis import strategies as st

REASON_BYTES_MAX = 512


def in_future(seconds):
    time = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


# A hold is limited in time, a pattern cannot say from when to when; and the only times that the
# document has in requests are ends of a hold.
schemathesis.openapi.format(
    "hold-duration", st.sampled_from(["10s", "90s", "15m", "2h30m", "1.5h", "3d", "3600", "10000h"])
)
schemathesis.openapi.format("date-time", st.integers(3600, 30_000_000).map(in_future))
# Longer waits are valid too, and would make this test last as long.
schemathesis.openapi.format("wait-duration", st.sampled_from(["0s", "20ms", "0.1s", "0"]))


def fits(reason):
    """JSON Schema counts characters; the limit is one of bytes."""
    text = reason if isinstance(reason, str) else ""
    return len(text.encode("utf-8", "surrogatepass")) <= REASON_BYTES_MAX


def has_two_ends(case):
    """One in the query and one in the body: no schema spans both."""
    body = case.body if isinstance(case.body, dict) else {}
    return "for" in (case.query or {}) and bool(body.get("duration") or body.get("until"))


@schemathesis.hook
def filter_case(context, case):
    query = case.query if isinstance(case.query, dict) else {}
    body = case.body if isinstance(case.body, dict) else {}
    return fits(query.get("reason")) and fits(body.get("reason")) and not has_two_ends(case)


@schemathesis.hook
def before_add_examples(context, examples):
    for case in examples:
        if has_two_ends(case):
            del case.query["for"]


@schemathesis.hook
def before_call(context, case, kwargs):
    # The examples wait for many seconds, and so does the agent when no timeout is given.
    if "wait" in (case.query or {}) and case.query.get("timeout", "20s") == "20s":
        case.query["timeout"] = "20ms"
