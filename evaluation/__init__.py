"""Benchmarks and long test campaigns; what they measured lies as JSON under ``results/``."""
