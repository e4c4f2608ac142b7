# Adminer of Debian: a page for the database, in development only.
ARG BASE=handbook/base:bookworm
FROM ${BASE}
RUN apt-get -qq update \
    && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends adminer php-cli php-pgsql >/dev/null \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/*
COPY files/answers /usr/local/bin/
USER nobody
WORKDIR /tmp
EXPOSE 8080
CMD ["php", "-S", "0.0.0.0:8080", "/usr/share/adminer/adminer.php"]
