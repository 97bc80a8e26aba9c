# The zdcdc tool: docker build -t zdcdc . && docker run --rm zdcdc --help
# Mount the directory that holds the SQLite file, not the file alone: its journal lies beside it.
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY zdcdc zdcdc
COPY triggers triggers
RUN python -m pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.13-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    python -m pip install --no-cache-dir --no-index --find-links=/wheels zdcdc \
    && useradd --create-home --uid 1000 zdcdc
USER zdcdc
WORKDIR /data
ENTRYPOINT ["zdcdc"]
