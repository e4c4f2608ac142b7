# The application: gateway and analyzers. `images/build` says which wheels each image gets.
ARG BASE=handbook/base:bookworm

FROM ${BASE} AS python
RUN useradd --system --uid 10001 --home-dir /tmp --shell /usr/sbin/nologin handbook
ENV PATH=/opt/handbook/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY files/answers /usr/local/bin/
WORKDIR /handbook
EXPOSE 8000

# pip runs out of its own wheel, and stays out of the images.
FROM python AS packages
COPY wheels /wheels
RUN python3 -m venv --without-pip /opt/handbook \
    && PYTHONPATH=$(echo /wheels/pip-*.whl) python -m pip install -q --no-index --no-deps --no-cache-dir \
        $(ls /wheels/*.whl | grep -v /pip-)

FROM packages AS last-packages
COPY last /last
RUN PYTHONPATH=$(echo /wheels/pip-*.whl) python -m pip install -q --no-index --no-deps --no-cache-dir /last/*.whl

FROM python AS production
COPY --from=last-packages /opt/handbook /opt/handbook
COPY code .
RUN python -m compileall -q .
USER handbook
CMD ["gunicorn", "src.main:app", "--workers", "4", "--worker-class", "uvicorn.workers.UvicornWorker", \
    "--worker-tmp-dir", "/dev/shm", "--bind", "0.0.0.0:8000", "--access-logfile", "-", "--error-logfile", "-"]

FROM packages AS more-packages
COPY more /more
RUN PYTHONPATH=$(echo /wheels/pip-*.whl) python -m pip install -q --no-index --no-deps --no-cache-dir /more/*.whl

FROM more-packages AS last-more-packages
COPY last /last
RUN PYTHONPATH=$(echo /wheels/pip-*.whl) python -m pip install -q --no-index --no-deps --no-cache-dir /last/*.whl

# Sources are mounted over its own, to be written from both sides: so its user is root.
FROM python AS development
RUN apt-get -qq update \
    && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        curl postgresql-client redis-tools >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*
COPY --from=last-more-packages /opt/handbook /opt/handbook
COPY code .
CMD ["uvicorn", "src.main:app", "--reload", "--host", "0.0.0.0", "--port", "8000"]
