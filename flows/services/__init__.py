"""What runs beside the nights: Neo4j, the Prefect server, its deployment, a worker and the page."""

from flows.services.deploying import Deployed, deploy
from flows.services.doctor import Check, examine
from flows.services.programs import DEPLOYMENT, WORK_POOL, page_url, page_word
from flows.services.unit import install_unit, remove_unit, unseen_settings
from flows.services.up import Status, status, up

__all__ = [
    "DEPLOYMENT",
    "WORK_POOL",
    "Check",
    "Deployed",
    "Status",
    "deploy",
    "examine",
    "install_unit",
    "page_url",
    "page_word",
    "remove_unit",
    "status",
    "unseen_settings",
    "up",
]
