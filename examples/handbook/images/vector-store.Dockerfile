# Chroma's server: one library of its Python package, without what its client needs.
ARG BASE=handbook/base:bookworm

FROM ${BASE} AS packages
COPY wheels /wheels
RUN python3 -m venv --without-pip /opt/chroma \
    && PYTHONPATH=$(echo /wheels/pip-*.whl) /opt/chroma/bin/python -m pip install -q --no-index --no-deps \
        --no-cache-dir /wheels/chromadb-*.whl

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin chroma \
    && install -d -o chroma -g nogroup /data
COPY --from=packages /opt/chroma /opt/chroma
COPY files/answers /usr/local/bin/
ENV ANONYMIZED_TELEMETRY=False PYTHONUNBUFFERED=1
USER chroma
WORKDIR /data
VOLUME /data
EXPOSE 8000
CMD ["/opt/chroma/bin/python", "-c", \
    "import chromadb_rust_bindings as chroma; chroma.cli(['chroma', 'run', '--path', '/data', '--host', '0.0.0.0', '--port', '8000'])"]
