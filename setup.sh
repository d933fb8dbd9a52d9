#!/usr/bin/env bash
# Installs what this project needs to build, test and run. You may run it again: it installs only what is missing, and
# ends at once if nothing is; with --peers it asks for a new list of packages where one of them is not known.
set -euo pipefail

usage() {
    cat <<'TEXT'
usage: ./setup.sh [--developer] [--peers] [--help]

Debian 12 or newer, Ubuntu 24.04 or newer: installs with apt-get what is missing of g++, CMake, Ninja, Eigen,
Boost headers, Catch2, Google Benchmark, CLI11 and nlohmann-json. Uses sudo if you are not root.
Other systems: installs nothing, and says which of these are missing.

  --developer   also clang and its run-time libraries, clang-tidy, clang-format, GNU time,
                Chromium, Open MPI, pkg-config, Doxygen and numpy, which .ci/run needs
  --peers       also what the benchmarks compare with, if the system has it: libxsmm, OpenBLAS, PyTorch (large)
  --help        this text
TEXT
}

# One line each: Debian's package | a program or a header that shows it is there | what it is, for other systems
required='
g++                 | g++                    | g++ 12 or newer (or clang++ 14 or newer)
cmake               | cmake                  | CMake 3.25 or newer
ninja-build         | ninja                  | Ninja
libeigen3-dev       | Eigen/Core             | Eigen 3.4 or newer
libboost-dev        | boost/hana.hpp         | Boost 1.74 or newer (headers)
catch2              | catch2/*.hpp           | Catch2 2.13 or newer
libbenchmark-dev    | benchmark/benchmark.h  | Google Benchmark
libcli11-dev        | CLI/CLI.hpp            | CLI11
nlohmann-json3-dev  | nlohmann/json.hpp      | nlohmann-json 3
'
developer='
clang               | clang++                | clang++ 14 or newer
libclang-rt-dev     | libclang_rt.fuzzer*    | the run-time libraries of clang: sanitizers and libFuzzer
clang-tidy          | clang-tidy             | clang-tidy
clang-format        | clang-format           | clang-format
time                | time                   | GNU time (says what compiling takes)
chromium            | chromium               | Chromium (looks at the page of the paper)
openmpi-bin         | mpirun                 | Open MPI
libopenmpi-dev      | mpicxx                 | the headers of Open MPI (or of another MPI)
pkg-config          | pkg-config             | pkg-config
doxygen             | doxygen                | Doxygen (the reference)
python3-numpy       | python:numpy           | numpy for Python 3 (reads the exact vectors)
'

peers='
libxsmm-dev         | libxsmm.h              | libxsmm
libopenblas-dev     | cblas.h                | OpenBLAS
python3-torch       | python:torch           | PyTorch for Python 3
'

say() { printf 'setup.sh: %s\n' "$*"; }
fail() {
    printf 'setup.sh: %s\n' "$@" >&2
    exit 1
}

list=$required
optional=''
for option in "$@"; do
    case $option in
        --developer) list+=$developer ;;
        --peers) optional=$peers ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

as_root=()
become_root() {
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null || return 1
    as_root=(sudo)
}

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }

# The system's list of packages, which a fresh system does not have, is fetched at most once.
is_updated=no
update() {
    [ $is_updated = no ] || return 0
    is_updated=yes
    apt update
}

# Peers of the benchmarks are optional: what this release of the system does not have is left out.
if [ -n "$optional" ] && has_apt && command -v apt-cache >/dev/null; then
    is_known() { apt-cache show "$1" >/dev/null 2>&1; }
    while IFS='|' read -r package probe name; do
        package=${package// /}
        [ -n "$package" ] || continue
        if ! is_installed "$package" && ! is_known "$package" && become_root; then
            update </dev/null || say "the list of packages could not be fetched; going on with the one that is here."
        fi
        if is_installed "$package" || is_known "$package"; then
            list+="$package|$probe|$name"$'\n'
        else
            say "${name# } is left out: this system has no package $package."
        fi
    done <<<"$optional"
elif [ -n "$optional" ]; then
    say "the peers are left to you: install libxsmm, OpenBLAS and PyTorch as this system has them."
fi

packages=() probes=() names=()
while IFS='|' read -r package probe name; do
    [ -n "$package" ] || continue
    packages+=("${package// /}") probes+=("${probe// /}") names+=("${name# }")
done <<<"$list"

# A program on the path, or a header where compilers and package managers keep them.
is_there() {
    case $1 in
        g++) command -v g++ >/dev/null || command -v clang++ >/dev/null ;;
        python:*) python3 -c "import ${1#python:}" 2>/dev/null ;;
        libclang_rt.*) compgen -G "$(clang++ --print-resource-dir 2>/dev/null)/lib/*/$1" >/dev/null ;;
        */* | *.h)
            local prefix
            for prefix in /usr /usr/local /opt/homebrew /opt/local ${CONDA_PREFIX:-}; do
                compgen -G "$prefix/include/$1" >/dev/null || compgen -G "$prefix/include/eigen3/$1" >/dev/null && return
            done
            return 1
            ;;
        *) type -P "$1" >/dev/null ;;
    esac
}

cmake_is_new_enough() {
    local version
    version=$(cmake --version | sed -n '1s/[^0-9]*//p')
    [ "$(printf '%s\n' 3.25 "$version" | sort -V | head -n 1)" = 3.25 ]
}

check_cmake() {
    cmake_is_new_enough || fail "CMake 3.25 or newer is needed, but this is $(cmake --version | head -n 1)." \
        "Install a newer one, and put it before this one on the PATH."
}

# -------------------------------------------------------------------------------------------- systems without apt ----

if ! has_apt; then
    missing=()
    for i in "${!packages[@]}"; do
        is_there "${probes[i]}" || missing+=("  - ${names[i]}")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        fail "this system has no apt-get. Please install with its package manager:" "${missing[@]}"
    fi
    check_cmake
    say "everything is there."
    exit 0
fi

# ------------------------------------------------------------------------------------------- Debian and relatives ----

installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)
missing=()
for i in "${!packages[@]}"; do
    # A program may have come in another way, as a newer cmake does.
    case $'\n'$installed$'\n' in
        *$'\n'"${packages[i]} installed"$'\n'*) continue ;;
    esac
    case ${probes[i]} in
        */* | *.h | python:* | libclang_rt.*) ;;
        *) type -P "${probes[i]}" >/dev/null && continue ;;  # no keyword of the shell, as `time`
    esac
    missing+=("${packages[i]}")
done

if [ ${#missing[@]} -eq 0 ]; then
    check_cmake
    say "everything is installed."
    exit 0
fi

become_root ||
    fail "these packages are missing, and installing them needs root or sudo, which this is not:" "  ${missing[*]}" \
        "Ask an administrator to run: apt-get install ${missing[*]}"

say "installing with apt-get: ${missing[*]}"
update
apt install --yes --no-install-recommends "${missing[@]}"
check_cmake
say "done."
