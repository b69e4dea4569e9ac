# One image for the app and the worker. Nothing in it runs as root, and nothing listens until told.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/earmark
ENV PATH=/opt/earmark/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# torch from its own CPU index: the default one carries several GB of CUDA.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN pip install --index-url "$TORCH_INDEX" torch==2.13.0
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY earmark earmark
COPY ingest ingest
COPY retrieval retrieval
COPY briefs briefs
COPY library library
COPY ui ui
COPY sample sample
# What is installed beside the defaults: postgres,ray for a machine of a cluster (docs/cluster.md).
ARG EXTRAS=postgres
RUN pip install --constraint constraints.txt ".[$EXTRAS]"

FROM python:3.11-slim-bookworm
COPY --from=build /opt/earmark /opt/earmark
RUN useradd --create-home --uid 10001 earmark && mkdir /data && chown earmark /data
ENV PATH=/opt/earmark/bin:$PATH HOME=/data EARMARK_HOME=/data HF_HUB_DISABLE_TELEMETRY=1 PYTHONUNBUFFERED=1
USER 10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
ENTRYPOINT ["earmark"]
CMD ["app", "--host", "0.0.0.0"]
