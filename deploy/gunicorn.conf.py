"""gunicorn for the portal; the reverse proxy in front of it ends TLS and sets X-Forwarded-Proto."""

import multiprocessing
import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", multiprocessing.cpu_count() * 2 + 1))
max_requests = 2000
max_requests_jitter = 200
timeout = 60
accesslog = "-"
# Without the visitor's address: the log answers how the portal runs, not who uses it.
access_log_format = '%(t)s "%(r)s" %(s)s %(b)s %(L)s'
