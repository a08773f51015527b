"""Generates the protocol's modules from ../../proto and installs them with the programs."""

from pathlib import Path

import grpc_tools
from grpc_tools import protoc
from setuptools import setup

here = Path(__file__).parent
includes = [f"-I{here.parent.parent / 'proto'}", f"-I{Path(grpc_tools.__file__).parent / '_proto'}"]
files = ["task", "task_service", "worker_service"]
outputs = [f"--{kind}_out={here}" for kind in ("python", "pyi", "grpc_python")]
names = [f"baton/v1/{name}.proto" for name in files]
if protoc.main(["protoc", *includes, *outputs, *names]) != 0:
    raise SystemExit("protoc failed")

setup(py_modules=["main", "submit", "tracing", "worker"], packages=["baton.v1"])
