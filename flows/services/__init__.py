"""What runs beside the nights: Neo4j, the Prefect server, its deployment and a worker."""
