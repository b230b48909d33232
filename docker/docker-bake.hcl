# docker buildx bake -f docker/docker-bake.hcl          both platforms, as one image; add --push to publish it
# docker buildx bake -f docker/docker-bake.hcl local    this machine's, into its own images

variable "REPOSITORY" {
  default = "orderloom"
}

variable "VERSION" {
  default = "0.1.0"
}

group "default" {
  targets = ["orderloom"]
}

target "_common" {
  context    = "."
  dockerfile = "docker/Dockerfile"
  args = {
    VERSION = VERSION
  }
  tags = ["${REPOSITORY}:${VERSION}", "${REPOSITORY}:latest"]
}

target "orderloom" {
  inherits  = ["_common"]
  platforms = ["linux/amd64", "linux/arm64"]
}

target "local" {
  inherits = ["_common"]
  output   = ["type=docker"]
}
