#!/usr/bin/env bash
# Tries the project on machines that have nothing: minimal systems of two Debian releases, made with debootstrap and removed afterwards.
#
#   tests/fresh/fresh.sh [run] [test] [test-older] [test-as-user] [image]
#
# run:          in each release, `make run` makes a first video, as root and as a user without rights; so do a checkout that cannot be
#               written, and in the newer release an installed wheel.
# test:         `make test` in the newer release.
# test-older:   `make test` in the older one.
# test-as-user: `make test` in the newer one as a user without rights, once root has installed the programs that tests run.
# image:        the steps of deploy/Dockerfile, each in a system as its base image is, and then its command as its user on a read-only root
#               with one volume; its health check has to succeed and a first video has to be made.
#
# What is tried is the last commit. It needs root on Debian; exit code 3 says that this is no such machine. Packages come from where this
# machine's own apt and pip take them. Mounts and processes live in namespaces of their own, so nothing is left when this ends, however it
# ends; one such trial runs at a time.
set -euo pipefail
cd "$(dirname "$0")/../.."
OLDER=bookworm NEWER=trixie
PACKAGES=python3,python3-venv,make,git,ca-certificates
suites=${*:-run test}

unable() { echo "fresh: $*" >&2; exit 3; }
[ "$(id -u)" = 0 ] || unable "only root can make a system of its own"
command -v apt-get >/dev/null || unable "this is no Debian"
command -v debootstrap >/dev/null || { apt-get -qq update; apt-get -qq install --yes --no-install-recommends debootstrap; } >/dev/null 2>&1 \
    || unable "there is no debootstrap"
unshare --mount --pid --fork true 2>/dev/null || unable "there are no namespaces here"

exec 9>"${TMPDIR:-/tmp}/videogen-fresh.lock"
flock 9
place=$(mktemp -d "${TMPDIR:-/tmp}/videogen-fresh-XXXXXX")
trap 'rm -rf --one-file-system "$place"' EXIT
trap 'exit 130' INT TERM HUP
chmod 755 "$place"

# Where this machine's apt finds Debian; without an answer debootstrap has one of its own.
mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1
}

make_root() {  # RELEASE
    local root=$place/$1 source; source=$(mirror || true)
    debootstrap --variant=minbase --include=$PACKAGES "$1" "$root" ${source:+"$source"} >"$place/$1.log" 2>&1 9>&- \
        || { tail -n 20 "$place/$1.log" >&2; return 1; }
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2>/dev/null || true
    apt-config dump | grep -Ei '^Acquire::https?::(proxy|cainfo|verify-peer)' >"$root/etc/apt/apt.conf.d/90machine" || true
    # pip's index and proxy; what this machine keeps in files of its own stays out.
    python3 -m pip config list 2>/dev/null | sed -n "s/^global\.\(index-url\|extra-index-url\|trusted-host\|proxy\|timeout\)='\(.*\)'$/\1 = \2/p" \
        | grep -v 'file:' | { echo '[global]'; cat; } >"$root/etc/pip.conf" || true
    local name file
    for name in SSL_CERT_FILE PIP_CERT REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do
        file=${!name:-}
        [ ! -f "$file" ] || { mkdir -p "$root${file%/*}"; cp -L "$file" "$root$file"; }
    done
    mkdir -p "$root/srv"
    git clone --quiet --no-hardlinks . "$root/srv/videogen"
    chroot "$root" useradd --create-home person
    chroot "$root" sh -c 'git config --system --add safe.directory "*"'
}

passed_on() {  # the environment of a command in there, one NAME=VALUE a line
    printf '%s\n' PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    env | grep -E '^(CI|TERM|JOBS|RERUNS|ARGS|TEST_FUZZ|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|PIP_TRUSTED_HOST|PIP_PROXY|PIP_DEFAULT_TIMEOUT|[a-zA-Z]+_(proxy|PROXY))=' \
        || true
    env | grep -E '^(SSL_CERT_FILE|PIP_CERT|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_CAINFO|NODE_EXTRA_CA_CERTS)=/' || true
}

# Runs a shell line in a root, with only what a machine of its own would have of devices and processes.
inside() {  # RELEASE USER LINE
    local environment; mapfile -t environment < <(passed_on)
    ROOT=$place/$1 unshare --mount --pid --ipc ${VOLUME:+--net} --fork --kill-child bash -euc '
        mount --make-rprivate /
        if [ -n "${VOLUME:-}" ]; then  # as a container with a read-only root and one volume
            mount --bind "$ROOT" "$ROOT"; mount --bind "$VOLUME" "$ROOT/data"; mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
            mount -o remount,bind,ro "$ROOT"
            ip link set lo up
        fi
        mount -t proc proc "$ROOT/proc"
        mount -t tmpfs -o mode=755 tmpfs "$ROOT/dev"
        for each in null zero full random urandom tty; do touch "$ROOT/dev/$each"; mount --bind "/dev/$each" "$ROOT/dev/$each"; done
        mkdir "$ROOT/dev/pts" "$ROOT/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=666 devpts "$ROOT/dev/pts"; ln -s pts/ptmx "$ROOT/dev/ptmx"
        mount -t tmpfs -o mode=1777 tmpfs "$ROOT/dev/shm"
        ln -s /proc/self/fd "$ROOT/dev/fd"; ln -s fd/0 "$ROOT/dev/stdin"; ln -s fd/1 "$ROOT/dev/stdout"; ln -s fd/2 "$ROOT/dev/stderr"
        user=$1 line=$2; shift 2
        home=/root; [ "$user" = root ] || home=/home/$user
        [ -d "$ROOT$home" ] || home=/
        exec chroot --userspec="$user:$user" "$ROOT" env -i HOME="$home" USER="$user" "$@" bash -c "cd && $line"
    ' sh "$2" "$3" "${environment[@]}" </dev/null 9>&-
}

run() {  # RELEASE
    local began=$SECONDS
    inside "$1" root 'cd /srv/videogen; ! ldconfig -p | grep -E "fribidi|raqm|harfbuzz|freetype|fontconfig|avcodec" && ! command -v ffmpeg' \
        || { echo "fresh: $1 has what no machine needs to have" >&2; return 1; }
    echo "fresh: $1: make run, as root" >&2
    inside "$1" root 'cd /srv/videogen && python3 tests/fresh/first_video.py make run PORT=0'
    echo "fresh: $1: a checkout that cannot be written, a user without a home, nothing but ASCII" >&2
    inside "$1" root 'mkdir -m 1777 "/srv/odd place"; chmod -R go-w /srv/videogen'
    inside "$1" person 'cd /srv/videogen && unset HOME && mkdir -m 700 "/srv/odd place/t" && umask 077 && LC_ALL=POSIX TMPDIR="/srv/odd place/t" VIDEOGEN_DATA="/srv/odd place/data" \
        VIDEOGEN_PORT=0 python3 tests/fresh/first_video.py .venv/bin/python app.py serve --demo'
    echo "fresh: $1: make run, as a user without rights" >&2
    inside "$1" person 'git clone --quiet /srv/videogen videogen && cd videogen && python3 tests/fresh/first_video.py make run PORT=0'
    if [ "$1" = "$NEWER" ]; then
        echo "fresh: $1: an installed wheel, in the root directory" >&2
        inside "$1" person 'rm -rf videogen/data && cd videogen && .venv/bin/python -m pip --quiet wheel --no-deps --wheel-dir ../dist . && cd .. && rm -rf videogen \
            && python3 -m venv installed && installed/bin/pip --quiet --disable-pip-version-check install dist/*.whl && installed/bin/videogen doctor && cd / \
            && VIDEOGEN_PORT=0 python3 /srv/videogen/tests/fresh/first_video.py ~/installed/bin/videogen serve --demo'
    fi
    echo "fresh: $1 makes videos ($((SECONDS - began)) s)" >&2
}

# The instructions of a Dockerfile, as tests/fresh/image_steps.py prints them.
stage() {  # NAME BASE
    [ "$2" = "python:3.13-slim-$NEWER" ] || { echo "fresh: the base $2 is not what this makes" >&2; return 1; }
    echo "fresh: $2 as $1" >&2
    cp -a "$place/$NEWER" "$place/$1"
}
step() {  # NAME USER LINE
    echo "fresh: $1: $3" >&2
    inside "$1" "$2" "$3"
}
copy() {  # NAME FROM SOURCE... TARGET
    local name=$1 from=$2; shift 2
    local target=$place/$name${!#} sources=("${@:1:$#-1}") source
    mkdir -p "${target%/*}"
    for source in "${sources[@]}"; do
        if [ "$from" != context ]; then cp -aT "$place/$from$source" "$target"
        elif [ "$source" = . ]; then git archive HEAD | tar x --directory "$target" --exclude tests  # as .dockerignore has it
        else git archive HEAD "$source" | tar x --directory "$target"; fi
    done
}
start() {  # NAME USER COMMAND HEALTH
    local volume=$place/volume health=$place/$1/opt/health run=$place/$1/opt/run command
    install --directory --owner="$2" --group="$2" --mode=0700 "$volume"
    cp tests/fresh/first_video.py "$place/$1/opt/"
    printf '%s\n' "$4" >"$health"
    # The video is that of --demo. Afterwards the health check is made beside the running server.
    command=${3/\{\}/python /opt/first_video.py --check \"sh /opt/health\"}
    printf '%s --demo\n' "$command" >"$run"
    echo "fresh: $1: $3, as $2, on a read-only root" >&2
    VOLUME=$volume inside "$1" "$2" 'sh /opt/run; touch /written 2>/dev/null && exit 1; [ "$(stat -c %a /data)" = 700 ]'
}
image() {
    inside "$NEWER" root 'ln -sf python3 /usr/bin/python; python --version'
    python3 tests/fresh/image_steps.py deploy/Dockerfile >"$place/image"
    . "$place/image"
}

asked() { case " $suites " in *" $1 "*) true ;; *) false ;; esac; }

for release in $OLDER $NEWER; do
    if [ "$release" = "$OLDER" ]; then asked run || asked test-older || continue; else asked run || asked test || asked test-as-user || asked image || continue; fi
    echo "fresh: making a minimal $release" >&2
    make_root "$release"
    ! asked run || run "$release"
    if [ "$release" = "$OLDER" ]; then
        ! asked test-older || inside "$release" root 'cd /srv/videogen && make test'
    else
        ! asked image || image
        ! asked test || inside "$release" root 'cd /srv/videogen && make test'
        ! asked test-as-user || inside "$release" root 'cd /srv/videogen && make tools'
        ! asked test-as-user || inside "$release" person 'rm -rf videogen && git clone --quiet /srv/videogen videogen && cd videogen && make test'
    fi
    rm -rf --one-file-system "${place:?}/$release"
done
