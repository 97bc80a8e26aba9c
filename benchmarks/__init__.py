"""Measurements that documentation and releases quote, as ratios against a peer or the limit of the same run.

``python -m benchmarks [copy] [lag] [scan]``; servers are found as in the tests.
"""
