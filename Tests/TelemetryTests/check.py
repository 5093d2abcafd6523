"""Reads Prometheus' text format from standard input with Prometheus' own Python client, and prints what it found as JSON."""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families

if "--check" not in sys.argv:
    families = text_string_to_metric_families(sys.stdin.buffer.read().decode("utf-8"))
    samples = [
        {"name": sample.name, "labels": sample.labels, "value": repr(sample.value)}
        for family in families
        for sample in family.samples
    ]
    json.dump(samples, sys.stdout)
