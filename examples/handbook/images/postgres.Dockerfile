# PostgreSQL of Debian. Its data are in a volume; nothing else in it needs to be written.
ARG BASE=handbook/base:bookworm
FROM ${BASE}
RUN apt-get -qq update \
    && mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf \
    && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/* \
    && install -d -m 700 -o postgres -g postgres /var/lib/postgresql/data
ENV PGHOST=/tmp PGUSER=handbook
COPY files/start-postgres /usr/local/bin/
USER postgres
VOLUME /var/lib/postgresql/data
EXPOSE 5432
STOPSIGNAL SIGINT
CMD ["start-postgres"]
