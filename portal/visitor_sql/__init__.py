"""Visitors' SQL: a service with limits, each query in a confined process."""
