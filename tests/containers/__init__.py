"""Tests against a Neo4j in a container, beside a Docker daemon of their own."""
