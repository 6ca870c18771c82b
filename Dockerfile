# Briefpress in a container: `docker build -t briefpress .`, then in a newsletter's folder
# `docker run --rm -v "$PWD":/newsletter --user "$(id -u):$(id -g)" briefpress build`.
# Pin the base by its digest where you build for others: a tag may be moved.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY builder builder
COPY templates templates
RUN python -m venv /opt/briefpress && /opt/briefpress/bin/pip install --no-cache-dir '.[fast,import]'

FROM python:3.13-slim
# The newest git of the base: an older one has known holes.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home brief
COPY --from=build /opt/briefpress /opt/briefpress
ENV PATH=/opt/briefpress/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /newsletter
ENTRYPOINT ["briefpress"]
CMD ["--help"]
