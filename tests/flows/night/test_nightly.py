"""The flow's form: what is left empty there stays as it is configured."""

import pytest

from flows.nightly import as_asked
from flows.setting_groups import ExtractorSettings
from flows.settings import Settings


@pytest.mark.parametrize("device", ["cpu", "cuda", None, ""])
def test_device_of_the_form_replaces_the_device_alone(device):
    configured = ExtractorSettings(model="runs/mine", device="cuda:1", precision="bfloat16")

    settings = as_asked(Settings(extractor=configured), device, None)

    assert settings.extractor == ExtractorSettings(
        model="runs/mine", device=device or "cuda:1", precision="bfloat16"
    )
