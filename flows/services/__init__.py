"""What runs beside the nights: Neo4j, the Prefect server, its deployment and a worker."""

from flows.services.doctor import Check, examine
from flows.services.programs import DEPLOYMENT, WORK_POOL
from flows.services.up import Status, status, up

__all__ = ["DEPLOYMENT", "WORK_POOL", "Check", "Status", "examine", "status", "up"]
