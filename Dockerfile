FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags='-s -w' -o /preflight ./cmd/preflight

# It has the certificates that FTPS needs, a /tmp for what is unpacked, and the
# user nonroot, whose ~/.ssh ftp-access reads. No command reads time zones.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /preflight /usr/bin/preflight
WORKDIR /data
ENTRYPOINT ["/usr/bin/preflight"]
CMD ["help"]
