// The transport of messages between ranks over MPI, for Sources/Training/Ranks/MPICommunicator.swift, which loads it at run time.
//
//     mpicc -O2 -shared -fPIC Sources/MPITransport/transport.c -o libmarginalia-mpi.so
//
// It is compiled where it is used, by the compiler wrapper of the cluster's own MPI: Open MPI, MPICH and vendors' libraries have
// different binary interfaces, so that no one binary fits them all. MPI only moves bytes here; it adds no numbers.

#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_LENGTH = 256, CHANNEL_TAG = 100 };

static int own_rank, rank_count;
static char *hosts;
static char note[1024];
static volatile sig_atomic_t note_length;

// mpirun ends all ranks by this signal when one is gone: tells where the run was.
static void ended(int signal) {
  (void)signal;
  if (own_rank < 2 && note_length > 0 && write(2, note, (size_t)note_length) < 0) _exit(1);
  _exit(1);
}

// Starts MPI; returns 0, or the code of MPI's error.
int marginalia_mpi_begin(int *rank, int *count) {
  int provided = 0, code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  if (code != MPI_SUCCESS) return code;
  if (provided < MPI_THREAD_SERIALIZED) return MPI_ERR_OTHER;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
  char own[HOST_LENGTH] = {0};
  gethostname(own, sizeof own - 1);
  hosts = calloc((size_t)rank_count, HOST_LENGTH);
  if (!hosts) return MPI_ERR_NO_MEM;
  code = MPI_Allgather(own, HOST_LENGTH, MPI_CHAR, hosts, HOST_LENGTH, MPI_CHAR, MPI_COMM_WORLD);
  if (code != MPI_SUCCESS) return code;
  signal(SIGTERM, ended);
  *rank = own_rank;
  *count = rank_count;
  return 0;
}

// The machine of a rank.
const char *marginalia_mpi_host(int rank) { return hosts + (size_t)rank * HOST_LENGTH; }

// What is written to standard error when mpirun ends this rank because another one is gone.
void marginalia_mpi_note(const char *text) {
  note_length = 0;
  size_t length = strnlen(text, sizeof note);
  memcpy(note, text, length);
  note_length = (sig_atomic_t)length;
}

// Begins to send; the memory must stay as it is until the request is done. Returns the request, NULL for an error.
void *marginalia_mpi_send(const void *bytes, long count, int to, int channel) {
  MPI_Request *request = malloc(sizeof *request);
  if (!request) return NULL;
  if (count <= 0x7fffffff &&
      MPI_Isend(bytes, (int)count, MPI_BYTE, to, CHANNEL_TAG + channel, MPI_COMM_WORLD, request) == MPI_SUCCESS)
    return request;
  free(request);
  return NULL;
}

// Begins to receive; the memory must stay valid until the request is done. Returns the request, NULL for an error.
void *marginalia_mpi_receive(void *bytes, long count, int from, int channel) {
  MPI_Request *request = malloc(sizeof *request);
  if (!request) return NULL;
  if (count <= 0x7fffffff &&
      MPI_Irecv(bytes, (int)count, MPI_BYTE, from, CHANNEL_TAG + channel, MPI_COMM_WORLD, request) == MPI_SUCCESS)
    return request;
  free(request);
  return NULL;
}

// Returns 1 where a request is done, which frees it; 0 where it is not; -1 for an error.
int marginalia_mpi_test(void *request) {
  int done = 0;
  if (MPI_Test(request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return -1;
  if (done) free(request);
  return done;
}

// Ends all ranks.
void marginalia_mpi_abort(int status) { MPI_Abort(MPI_COMM_WORLD, status); }

// Ends MPI, when all ranks have come here.
void marginalia_mpi_end(void) {
  signal(SIGTERM, SIG_DFL);
  MPI_Finalize();
}
