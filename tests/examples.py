"""How many examples the property tests try: few by default, many with `--hypothesis-profile`.

`uv run pytest --hypothesis-profile=thorough` tries ten times as many, for a soak run.
"""

from hypothesis import HealthCheck, settings

USUAL, THOROUGH = "usual", "thorough"
TIMES = 10  # as many examples in a thorough run

# How long an example takes says nothing about the program on a busy machine; and what the
# suite's own fixtures give holds for all examples of a test.
NOT_TIMED = settings(
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
settings.register_profile(USUAL, NOT_TIMED)
settings.register_profile(THOROUGH, NOT_TIMED, max_examples=NOT_TIMED.max_examples * TIMES)


def examples(number: int) -> settings:
    """Where one example is dear, fewer than Hypothesis's own 100: so many of them."""
    is_thorough = settings.get_current_profile_name() == THOROUGH
    return settings(max_examples=number * TIMES if is_thorough else number)
