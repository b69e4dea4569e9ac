"""The cluster with KubeRay and with Docker: the fields that there are, a token everywhere, and one version of Ray."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import yaml  # type: ignore[import-untyped]

from tests.conftest import REPO

MANIFEST = yaml.safe_load((REPO / "docs/kuberay.yaml").read_text())
COMPOSE = yaml.safe_load((REPO / "docker-compose.ray.yml").read_text())
SCHEMA = json.loads((Path(__file__).parent / "raycluster.schema.json").read_text())


def _containers() -> list[dict[str, Any]]:
    spec = MANIFEST["spec"]
    groups = [spec["headGroupSpec"], *spec["workerGroupSpecs"]]
    return [container for group in groups for container in group["template"]["spec"]["containers"]]


def test_the_manifest_has_the_fields_that_kuberay_knows() -> None:
    jsonschema.validate(MANIFEST, SCHEMA)


def test_every_pod_asks_for_the_token_and_has_it_from_a_secret() -> None:
    for container in _containers():
        variables = {variable["name"]: variable for variable in container["env"]}
        assert variables["RAY_AUTH_MODE"]["value"] == "token"
        assert variables["RAY_AUTH_TOKEN"]["valueFrom"]["secretKeyRef"] == {"name": "earmark-ray", "key": "auth_token"}
        assert "value" not in variables["EARMARK_DATABASE_URL"]


def test_every_service_asks_for_the_token_and_has_no_default_for_it() -> None:
    for name, service in COMPOSE["services"].items():
        assert service["environment"]["RAY_AUTH_MODE"] == "token", name
        assert service["environment"]["RAY_AUTH_TOKEN"].startswith("${RAY_AUTH_TOKEN:?"), name
        assert "ports" not in service, name


def test_ray_has_one_version() -> None:
    pinned = re.search(r'^ray = \["ray\[data\]==([\d.]+)"\]', (REPO / "pyproject.toml").read_text(), re.MULTILINE)
    assert pinned is not None
    assert MANIFEST["spec"]["rayVersion"] == pinned[1]
    assert f"\nray=={pinned[1]}\n" in (REPO / "constraints.txt").read_text()
