// SPDX-License-Identifier: MIT
#include "sweep/ranks.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>

#ifdef SWEEP_MPI
#include <mpi.h>
#endif

namespace sweep {
namespace {

/// What mpirun of Open MPI, of MPICH and SLURM's srun tell their processes.
bool is_started_by_mpi() {
    for (char const* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"}) {
        if (std::getenv(name) != nullptr) {
            return true;
        }
    }
    return false;
}

}  // namespace

bool Ranks::has_mpi() {
#ifdef SWEEP_MPI
    return true;
#else
    return false;
#endif
}

Ranks::Ranks() {
    if (!is_started_by_mpi()) {
        return;
    }
#ifdef SWEEP_MPI
    MPI_Init(nullptr, nullptr);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &count_);
    is_mpi_ = true;
#else
    throw std::runtime_error(
        "it was started under MPI and compiled without: install Open MPI and configure again, or start it without "
        "mpirun");
#endif
}

Ranks::~Ranks() {
#ifdef SWEEP_MPI
    if (is_mpi_) {
        MPI_Finalize();
    }
#endif
}

void Ranks::share([[maybe_unused]] std::vector<char>& flags) const {
#ifdef SWEEP_MPI
    if (is_mpi_) {
        MPI_Bcast(flags.data(), static_cast<int>(flags.size()), MPI_CHAR, 0, MPI_COMM_WORLD);
    }
#endif
}

void Ranks::wait() const {
#ifdef SWEEP_MPI
    if (is_mpi_) {
        MPI_Barrier(MPI_COMM_WORLD);
    }
#endif
}

void Ranks::fail([[maybe_unused]] std::string const& program, [[maybe_unused]] std::string const& sentence) const {
#ifdef SWEEP_MPI
    if (count_ > 1) {
        std::fprintf(stderr, "%s: rank %d: %s\n", program.c_str(), rank_, sentence.c_str());
        std::fflush(nullptr);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
#endif
}

}  // namespace sweep
