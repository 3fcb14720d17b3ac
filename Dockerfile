# Build the wheel apart, so that nothing that builds is in the image that runs.
FROM python:3.12-slim AS build
WORKDIR /build
COPY . .
RUN pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels doubleentry \
    && useradd --system --no-create-home --shell /usr/sbin/nologin doubleentry
USER doubleentry
# Your own scenarios: `--volume ./scenarios:/fixtures:ro`, then `--fixture NAME`.
VOLUME /fixtures
# Inside a container loopback reaches nobody. Off loopback the control API wants a token: set DOUBLEENTRY_TOKEN, or read
# the one that is printed at start.
ENV DOUBLEENTRY_HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1
EXPOSE 14940
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 CMD ["doubleentry", "ready", "--timeout", "3"]
ENTRYPOINT ["doubleentry"]
CMD ["serve"]
