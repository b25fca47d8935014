"""What the suite itself promises: its outcome depends neither on the hour nor on the load."""

import pytest
from hypothesis import HealthCheck, settings

from app.broker.connection import manager
from app.domain.connection.maintenance_windows import Region
from app.domain.model.clock import utc_now


def test_no_property_test_is_timed() -> None:
    used = settings()
    assert used.deadline is None
    assert HealthCheck.too_slow in used.suppress_health_check


@pytest.mark.parametrize("region", list(Region))
def test_no_reset_of_ibkr_is_on_while_the_tests_run(region: Region) -> None:
    assert manager.reset_window(utc_now(), region) is None
