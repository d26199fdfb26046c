/* A disk that fails on purpose, between a program and the system: kills, torn and short writes, errors, and a log
 * of every change from which a power loss can be replayed. Asleep until `torture_arm` names a folder. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAKE = 1, WRITE = 2, SYNC = 4, CUT = 8, RENAME = 16, LINK = 32, UNLINK = 64, CHMOD = 128, READ = 256, OPEN = 512 };
enum { PASS, KILL, TEAR, FAIL, SHORT };
enum { LOG_MAKE = 1, LOG_WRITE, LOG_SYNC, LOG_CUT, LOG_RENAME, LOG_LINK, LOG_UNLINK, LOG_FOLDER, LOG_MARK };

struct record {
    uint32_t op;
    int32_t code;
    uint64_t inode;
    int64_t offset;
    uint32_t first, second;
    uint64_t length;
};

static int armed, mode, code, forever, percent, log_fd = -1;
static unsigned mask;
static long due, seen;
static char folder[PATH_MAX];

void torture_arm(const char *where, int how, unsigned which, long at, int error, int always, int part, int log) {
    snprintf(folder, sizeof folder, "%s/", where);
    mode = how, mask = which, due = at, code = error, forever = always, percent = part, log_fd = log;
    seen = 0;
    armed = 1;
}

void torture_rest(void) { armed = 0; }

long torture_count(void) { return seen; }

static void note(uint32_t op, int error, uint64_t inode, int64_t offset, const char *a, const char *b, const void *data,
                 size_t length) {
    if (!armed || log_fd < 0) return;
    struct record head = {op, error, inode, offset, a ? strlen(a) : 0, b ? strlen(b) : 0, length};
    struct iovec parts[4] = {
        {&head, sizeof head}, {(void *)a, head.first}, {(void *)b, head.second}, {(void *)data, length}};
    syscall(SYS_writev, log_fd, parts, 4);
}

void torture_mark(long number) { note(LOG_MARK, 0, 0, number, NULL, NULL, NULL, 0); }

static int inside(const char *path) { return armed && path && !strncmp(path, folder, strlen(folder)); }

static int is_ours(int fd, struct stat *status) {
    char name[64], path[PATH_MAX];
    if (!armed) return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof path - 2);
    if (length < 0) return 0;
    path[length] = 0;
    if (fstat(fd, status)) return 0;
    if (S_ISDIR(status->st_mode)) strcat(path, "/");
    return inside(path);
}

static int is_due(unsigned kind) {
    if (!armed || mode == PASS || !(mask & kind)) {
        if (armed && (mask & kind)) __sync_fetch_and_add(&seen, 1);
        return 0;
    }
    long number = __sync_fetch_and_add(&seen, 1);
    if (number != due && !(forever && number > due)) return 0;
    if (mode == KILL || (mode == TEAR && kind != WRITE)) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    return mode != SHORT || kind == WRITE || kind == READ;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAILED (errno = code, -1)

static ssize_t write_at(int fd, const void *data, size_t length, off_t offset) {
    struct stat status;
    if (!is_ours(fd, &status)) return REAL(pwrite64)(fd, data, length, offset);
    int fault = is_due(WRITE);
    size_t part = fault ? length * percent / 100 : length;
    if (fault && mode == SHORT && !part) part = 1;
    ssize_t done = part ? REAL(pwrite64)(fd, data, part, offset) : 0;
    if (done > 0) note(LOG_WRITE, 0, status.st_ino, offset, NULL, NULL, data, done);
    if (fault && mode == TEAR) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    return fault && mode == FAIL ? FAILED : done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return write_at(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return write_at(fd, data, length, offset); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    struct stat status;
    if (!is_ours(fd, &status)) return REAL(pwritev64)(fd, parts, count, offset);
    return write_at(fd, parts[0].iov_base, parts[0].iov_len, offset); /* a short write, as the system may make */
}

ssize_t write(int fd, const void *data, size_t length) {
    struct stat status;
    if (!is_ours(fd, &status)) return REAL(write)(fd, data, length);
    ssize_t done = write_at(fd, data, length, lseek(fd, 0, SEEK_CUR));
    if (done > 0) lseek(fd, done, SEEK_CUR);
    return done;
}

ssize_t preadv64(int fd, const struct iovec *parts, int count, off64_t offset) {
    struct stat status;
    if (!is_ours(fd, &status) || !is_due(READ)) return REAL(preadv64)(fd, parts, count, offset);
    if (mode == FAIL) return FAILED;
    size_t part = parts[0].iov_len * percent / 100;
    struct iovec less = {parts[0].iov_base, part ? part : parts[0].iov_len};
    return REAL(preadv64)(fd, &less, 1, offset);
}

static int synced(int fd, int (*real)(int)) {
    struct stat status;
    if (!is_ours(fd, &status)) return real(fd);
    int fault = is_due(SYNC);
    if (!fault) real(fd);
    note(S_ISDIR(status.st_mode) ? LOG_FOLDER : LOG_SYNC, fault ? code : 0, status.st_ino, 0, NULL, NULL, NULL, 0);
    return fault ? FAILED : 0;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static int cut(int fd, off_t length) {
    struct stat status;
    if (!is_ours(fd, &status)) return REAL(ftruncate64)(fd, length);
    if (is_due(CUT)) return FAILED;
    int done = REAL(ftruncate64)(fd, length);
    note(LOG_CUT, 0, status.st_ino, length, NULL, NULL, NULL, 0);
    return done;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

static int open_any(int at, const char *path, int flags, mode_t rights) {
    int is_new = flags & O_CREAT;
    if (inside(path) && is_due(is_new ? MAKE : OPEN)) return FAILED;
    int fd = REAL(openat64)(at, path, flags, rights);
    struct stat status;
    if (fd >= 0 && is_new && is_ours(fd, &status)) note(LOG_MAKE, 0, status.st_ino, 0, path, NULL, NULL, 0);
    return fd;
}

#define RIGHTS                                                                                                         \
    mode_t rights = 0;                                                                                                 \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        rights = va_arg(rest, mode_t);                                                                                 \
        va_end(rest);                                                                                                  \
    }

int open(const char *path, int flags, ...) { RIGHTS return open_any(AT_FDCWD, path, flags, rights); }
int open64(const char *path, int flags, ...) { RIGHTS return open_any(AT_FDCWD, path, flags, rights); }
int openat(int at, const char *path, int flags, ...) { RIGHTS return open_any(at, path, flags, rights); }
int openat64(int at, const char *path, int flags, ...) { RIGHTS return open_any(at, path, flags, rights); }

int rename(const char *from, const char *to) {
    if (inside(from) && is_due(RENAME)) return FAILED;
    int done = REAL(rename)(from, to);
    if (!done && inside(from)) note(LOG_RENAME, 0, 0, 0, from, to, NULL, 0);
    return done;
}

int link(const char *from, const char *to) {
    if (inside(from) && is_due(LINK)) return FAILED;
    int done = REAL(link)(from, to);
    if (!done && inside(from)) note(LOG_LINK, 0, 0, 0, from, to, NULL, 0);
    return done;
}

int unlink(const char *path) {
    if (inside(path) && is_due(UNLINK)) return FAILED;
    int done = REAL(unlink)(path);
    if (!done && inside(path)) note(LOG_UNLINK, 0, 0, 0, path, NULL, NULL, 0);
    return done;
}

int fchmod(int fd, mode_t rights) {
    struct stat status;
    if (is_ours(fd, &status) && is_due(CHMOD)) return FAILED;
    return REAL(fchmod)(fd, rights);
}
