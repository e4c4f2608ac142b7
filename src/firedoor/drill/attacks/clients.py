"""C6: client libraries that connect to the target, many of them in C, where Python sees nothing."""

from __future__ import annotations

from firedoor.drill.attack import Attack
from firedoor.drill.connecting import installed, to_own, to_target

_PSYCOPG = "import psycopg\npsycopg.connect(f'postgresql://u@{host}:{port}/d', connect_timeout=2)\n"
_PSYCOPG2 = """\
import psycopg2
psycopg2.connect(host=host, port=port, user='u', dbname='d', connect_timeout=2)
"""
_ASYNCPG = """\
import asyncio, asyncpg, uvloop
loop = asyncio.Runner(loop_factory=uvloop.new_event_loop)
loop.run(asyncpg.connect(host=host, port=port, user='u', database='d', timeout=2))
"""
_UVLOOP = """\
import asyncio, uvloop
asyncio.Runner(loop_factory=uvloop.new_event_loop).run(asyncio.open_connection(host, port))
"""
_PYMYSQL = (
    "import pymysql\npymysql.connect(host=host, port=port, user='u', database='d', connect_timeout=2)\n"
)
_REDIS = "import redis\nredis.Redis(host=host, port=port, socket_timeout=2).ping()\n"
_PYMONGO = """\
import pymongo
pymongo.MongoClient(host, port, serverSelectionTimeoutMS=1500).d.command('ping')
"""
_PYCURL = """\
import pycurl
handle = pycurl.Curl()
handle.setopt(handle.URL, f'http://{host}:{port}/')
handle.setopt(handle.TIMEOUT, 2)
handle.perform()
"""
_URLLIB = "import urllib.request\nurllib.request.urlopen(f'http://{host}:{port}/', timeout=2)\n"
_REQUESTS = "import requests\nrequests.get(f'http://{host}:{port}/', timeout=2)\n"
_HTTPX = "import httpx\nhttpx.get(f'http://{host}:{port}/', timeout=2)\n"
_AIOHTTP = """\
import aiohttp, asyncio

async def go():
    async with aiohttp.ClientSession() as session:
        await session.get(f'http://{host}:{port}/')

asyncio.run(go())
"""
_SQLALCHEMY = """\
import sqlalchemy
sqlalchemy.create_engine(f'postgresql+psycopg://u@{host}:{port}/d').connect()
"""
_BOTO3 = """\
import boto3
told = {'aws_access_key_id': 'x', 'aws_secret_access_key': 'y', 'region_name': 'us-east-1'}
boto3.client('s3', endpoint_url=f'http://{host}:{port}', **told).list_buckets()
"""
_SMTPLIB = "import smtplib\nsmtplib.SMTP(host, port, timeout=2)\n"

_CLIENTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("psycopg", "psycopg, whose library of C connects", ("psycopg",), _PSYCOPG),
    ("psycopg2", "psycopg2", ("psycopg2",), _PSYCOPG2),
    ("asyncpg", "asyncpg on uvloop", ("asyncpg", "uvloop"), _ASYNCPG),
    ("uvloop", "uvloop, which connects in C", ("uvloop",), _UVLOOP),
    ("sqlalchemy", "SQLAlchemy", ("sqlalchemy", "psycopg"), _SQLALCHEMY),
    ("pymysql", "PyMySQL", ("pymysql",), _PYMYSQL),
    ("redis", "redis-py", ("redis",), _REDIS),
    ("pymongo", "PyMongo", ("pymongo",), _PYMONGO),
    ("pycurl", "libcurl", ("pycurl",), _PYCURL),
    ("urllib", "urllib", (), _URLLIB),
    ("requests", "requests", ("requests",), _REQUESTS),
    ("httpx", "httpx", ("httpx",), _HTTPX),
    ("aiohttp", "aiohttp", ("aiohttp",), _AIOHTTP),
    ("boto3", "boto3", ("boto3",), _BOTO3),
    ("smtplib", "smtplib", (), _SMTPLIB),
)
ATTACKS = tuple(
    Attack(
        f"client-{name}",
        words,
        "C6",
        to_target(script),
        to_own(script),
        installed(*libraries),
        short=name == "psycopg",
    )
    for name, words, libraries, script in _CLIENTS
)
