/*
 * What a power cut would leave. An LD_PRELOAD library for Linux that keeps, beside a watched folder, a shadow of it
 * that holds only what fsync and fdatasync have promised: kill the process, put the shadow in the folder's place, and
 * the folder is as a machine without power would find it. `kill -9` alone proves nothing about durability, since the
 * page cache outlives the process.
 *
 *   FSYNC_SHIM_DIR     the watched folder (exists; absolute, no symbolic links in it)
 *   FSYNC_SHIM_SHADOW  the shadow folder, outside the watched one, with the folders `inodes` and `tree` in it
 *
 * Rules, each as pessimistic as POSIX allows:
 *   - Bytes are kept when a sync of their file returns. Until then a write, a truncation or an extension is lost.
 *   - A name (created, renamed, removed) is kept when its folder was synced after it changed. Syncing a file does not
 *     keep its name. SQLite syncs the folder behind a new journal or WAL; that is how its files come to stay. It does
 *     not behind a removed rollback journal, unless synchronous=EXTRA: in DELETE mode FULL can lose the last commit.
 *   - Folders themselves are kept at once. Writes through a shared mapping are not seen: SQLite makes them to the -shm
 *     file only, which it builds again after a crash.
 *   - O_SYNC, sync(2), io_uring and more than one process writing the same file at once are not modelled.
 *
 * Shadow layout: inodes/N holds the synced bytes of inode N; tree/PATH is a hard link to it once the name is durable.
 * So content and names become durable apart from each other, as on a disk.
 *
 * Faults: while the file SHADOW/fail-sync (fail-write) exists, syncs (writes) of files whose name contains its text
 * fail with EIO (ENOSPC) and have no effect.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define BUCKETS 1024
#define MAX_RANGES 4096

/* The function that this library stands in front of. */
#define NEXT(name, result, ...)                                  \
  static result (*next)(__VA_ARGS__);                            \
  if (!next) *(void **)&next = dlsym(RTLD_NEXT, name)

struct range { off_t from, to; };

/* A watched file. `everything`: what is not synced is unknown, so the next sync takes the whole file. */
struct file {
  struct file *after;
  dev_t device;
  ino_t inode;
  pthread_mutex_t lock;
  int everything;
  int count;
  struct range ranges[MAX_RANGES];
};

static struct file *files[BUCKETS];
static pthread_mutex_t files_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t tree_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *watched(void) { return getenv("FSYNC_SHIM_DIR"); }
static const char *shadow(void) { return getenv("FSYNC_SHIM_SHADOW"); }
static int is_on(void) { return watched() && shadow(); }

static void give_up(const char *what) {
  fprintf(stderr, "fsync-shim: %s: %s\n", what, strerror(errno));
  abort();
}

/* --- real calls that the shim makes itself ------------------------------------------------------------------- */

static int real_open(const char *path, int flags, mode_t mode) {
  NEXT("open64", int, const char *, int, ...);
  return next(path, flags, mode);
}

static ssize_t real_pwrite(int fd, const void *bytes, size_t length, off_t at) {
  NEXT("pwrite64", ssize_t, int, const void *, size_t, off_t);
  return next(fd, bytes, length, at);
}

static int real_ftruncate(int fd, off_t length) {
  NEXT("ftruncate64", int, int, off_t);
  return next(fd, length);
}

/* --- which file is it ---------------------------------------------------------------------------------------- */

/* The path behind a descriptor, relative to the watched folder ("" for the folder itself); 0 where it is outside. */
static int relative_path(int fd, char *relative) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  size_t root = strlen(watched());
  if (strncmp(path, watched(), root) != 0 || (path[root] != '/' && path[root] != 0)) return 0;
  strcpy(relative, path[root] == '/' ? path + root + 1 : "");
  return 1;
}

static struct file *find(const struct stat *status) {
  struct file *file = __atomic_load_n(&files[status->st_ino % BUCKETS], __ATOMIC_ACQUIRE);
  while (file && (file->inode != status->st_ino || file->device != status->st_dev)) file = file->after;
  return file;
}

/* The watched file behind a descriptor, locked; NULL where it is none of ours. */
static struct file *lock_file(int fd) {
  struct stat status;
  if (!is_on() || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return NULL;
  struct file *file = find(&status);
  if (file) pthread_mutex_lock(&file->lock);
  return file;
}

static void unlock_file(struct file *file) { pthread_mutex_unlock(&file->lock); }

static void inode_path(char *path, ino_t inode) {
  snprintf(path, PATH_MAX, "%s/inodes/%llu", shadow(), (unsigned long long)inode);
}

static void watch(int fd, int created, int emptied) {
  char path[PATH_MAX];
  struct stat status;
  int error = errno;
  if (!is_on() || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || !relative_path(fd, path)) goto done;
  pthread_mutex_lock(&files_lock);
  struct file *file = find(&status);
  if (!file) {
    file = calloc(1, sizeof *file);
    if (!file) give_up("out of memory");
    file->device = status.st_dev;
    file->inode = status.st_ino;
    file->everything = 1;
    pthread_mutex_init(&file->lock, NULL);
    file->after = files[status.st_ino % BUCKETS];
    __atomic_store_n(&files[status.st_ino % BUCKETS], file, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&files_lock);
  if (created || emptied) {
    pthread_mutex_lock(&file->lock);
    file->everything = 1;
    /* The inode's number may have been another file's, which may still have a durable name: leave that one alone. */
    if (created) {
      inode_path(path, status.st_ino);
      unlink(path);
    }
    pthread_mutex_unlock(&file->lock);
  }
done:
  errno = error;
}

/* --- faults -------------------------------------------------------------------------------------------------- */

static int told_to_fail(const char *fault, int fd) {
  char path[PATH_MAX], relative[PATH_MAX];
  char text[256] = "";
  snprintf(path, sizeof path, "%s/%s", shadow(), fault);
  if (access(path, F_OK) != 0 || !relative_path(fd, relative)) return 0;
  int order = real_open(path, O_RDONLY | O_CLOEXEC, 0);
  if (order < 0) return 0;
  ssize_t length = read(order, text, sizeof text - 1);
  close(order);
  return length >= 0 && strstr(relative, text) != NULL;
}

/* --- writes: remember what is not yet synced ----------------------------------------------------------------- */

static void note(struct file *file, off_t from, off_t to) {
  if (from >= to || file->everything) return;
  for (int i = 0; i < file->count; i++) {
    struct range *range = &file->ranges[i];
    if (from > range->to || to < range->from) continue;
    if (from < range->from) range->from = from;
    if (to > range->to) range->to = to;
    return;
  }
  if (file->count == MAX_RANGES) file->everything = 1;
  else file->ranges[file->count++] = (struct range){from, to};
}

static void note_written(struct file *file, int fd, ssize_t written) {
  int error = errno;
  off_t end = lseek(fd, 0, SEEK_CUR);
  if (written > 0) {
    if (end < 0) file->everything = 1;
    else note(file, end - written, end);
  }
  errno = error;
}

/* Runs a write between the file's lock; `position` < 0: at the descriptor's own. */
#define WRITING(fd, position, call)                              \
  struct file *file = lock_file(fd);                             \
  if (!file) return call;                                        \
  ssize_t written = -1;                                          \
  if (told_to_fail("fail-write", fd)) errno = ENOSPC;            \
  else written = call;                                           \
  if (written > 0 && (position) >= 0) note(file, position, (position) + written); \
  else note_written(file, fd, written);                          \
  unlock_file(file);                                             \
  return written

ssize_t write(int fd, const void *bytes, size_t length) {
  NEXT("write", ssize_t, int, const void *, size_t);
  WRITING(fd, (off_t)-1, next(fd, bytes, length));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT("writev", ssize_t, int, const struct iovec *, int);
  WRITING(fd, (off_t)-1, next(fd, parts, count));
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  WRITING(fd, at, real_pwrite(fd, bytes, length, at));
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  NEXT("pwritev64", ssize_t, int, const struct iovec *, int, off64_t);
  WRITING(fd, at, next(fd, parts, count, at));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return pwritev64(fd, parts, count, at); }

/* Copies that the kernel makes: what they wrote is not worth working out. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t count) {
  NEXT("sendfile64", ssize_t, int, int, off64_t *, size_t);
  struct file *file = lock_file(to);
  ssize_t sent = next(to, from, offset, count);
  if (!file) return sent;
  file->everything = 1;
  unlock_file(file);
  return sent;
}
ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, offset, count); }

ssize_t copy_file_range(int from, off64_t *from_at, int to, off64_t *to_at, size_t length, unsigned flags) {
  NEXT("copy_file_range", ssize_t, int, off64_t *, int, off64_t *, size_t, unsigned);
  struct file *file = lock_file(to);
  ssize_t copied = next(from, from_at, to, to_at, length, flags);
  if (!file) return copied;
  file->everything = 1;
  unlock_file(file);
  return copied;
}

int ftruncate64(int fd, off64_t length) {
  struct file *file = lock_file(fd);
  if (!file) return real_ftruncate(fd, length);
  struct stat before;
  int known = fstat(fd, &before) == 0;
  int result = real_ftruncate(fd, length);
  /* What was cut off reads as zeros if the file grows again: those bytes have changed, too. */
  if (result == 0 && known && length < before.st_size) note(file, length, before.st_size);
  if (!known) file->everything = 1;
  unlock_file(file);
  return result;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int truncate64(const char *path, off64_t length) {
  int fd = open64(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int result = ftruncate64(fd, length);
  int error = errno;
  close(fd);
  errno = error;
  return result;
}
int truncate(const char *path, off_t length) { return truncate64(path, length); }

/* --- opening: learn which files are watched ------------------------------------------------------------------ */

static int is_missing(int folder, const char *path) {
  struct stat status;
  int error = errno;
  int missing = is_on() && fstatat(folder, path, &status, 0) != 0 && errno == ENOENT;
  errno = error;
  return missing;
}

static int opened(int fd, int flags, int created) {
  if (fd >= 0) watch(fd, created, (flags & O_TRUNC) != 0);
  return fd;
}

#define MODE_OF(flags, mode)                                     \
  mode_t mode = 0;                                               \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {                       \
    va_list rest;                                                \
    va_start(rest, flags);                                       \
    mode = va_arg(rest, mode_t);                                 \
    va_end(rest);                                                \
  }

int open64(const char *path, int flags, ...) {
  MODE_OF(flags, mode);
  int created = (flags & O_CREAT) && is_missing(AT_FDCWD, path);
  return opened(real_open(path, flags, mode), flags, created);
}

int open(const char *path, int flags, ...) {
  MODE_OF(flags, mode);
  int created = (flags & O_CREAT) && is_missing(AT_FDCWD, path);
  return opened(real_open(path, flags, mode), flags, created);
}

int openat64(int folder, const char *path, int flags, ...) {
  NEXT("openat64", int, int, const char *, int, ...);
  MODE_OF(flags, mode);
  int created = (flags & O_CREAT) && is_missing(folder, path);
  return opened(next(folder, path, flags, mode), flags, created);
}

int openat(int folder, const char *path, int flags, ...) {
  MODE_OF(flags, mode);
  return openat64(folder, path, flags, mode);
}

int creat64(const char *path, mode_t mode) { return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat(const char *path, mode_t mode) { return creat64(path, mode); }

/* --- syncs: bring the shadow up to what is now promised ------------------------------------------------------ */

static void copy_range(int from, int to, struct range range) {
  size_t room = 1 << 16;
  char *buffer = malloc(room);
  if (!buffer) give_up("out of memory");
  for (off_t at = range.from; at < range.to;) {
    size_t wanted = range.to - at < (off_t)room ? (size_t)(range.to - at) : room;
    ssize_t got = pread64(from, buffer, wanted, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) give_up("cannot read a watched file");
    if (got == 0) break;
    if (real_pwrite(to, buffer, (size_t)got, at) != got) give_up("cannot write the shadow");
    at += got;
  }
  free(buffer);
}

/* Closing any descriptor of a file drops the process's locks on it, so the caller's own is read where it can be. */
static int readable(int fd) {
  char link[64];
  if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_WRONLY) return fd;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  return real_open(link, O_RDONLY | O_CLOEXEC, 0);
}

static void keep_content(struct file *file, int fd) {
  char path[PATH_MAX];
  struct stat status;
  if (fstat(fd, &status) != 0) give_up("cannot look at a watched file");
  inode_path(path, file->inode);
  int to = real_open(path, O_CREAT | O_WRONLY | O_CLOEXEC, status.st_mode & 0777);
  int from = readable(fd);
  if (to < 0 || from < 0) give_up("cannot open the shadow");
  if (file->everything) copy_range(from, to, (struct range){0, status.st_size});
  else for (int i = 0; i < file->count; i++) copy_range(from, to, file->ranges[i]);
  if (real_ftruncate(to, status.st_size) != 0) give_up("cannot cut the shadow");
  close(to);
  if (from != fd) close(from);
  file->everything = 0;
  file->count = 0;
}

static void make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    mkdir(path, 0700);
    *slash = '/';
  }
}

static void keep_name(const char *tree, const char *name, const struct stat *status) {
  char content[PATH_MAX], target[PATH_MAX * 3], fresh[PATH_MAX];
  struct stat kept, held;
  inode_path(content, status->st_ino);
  snprintf(target, sizeof target, "%s%s", tree, name);
  /* A name whose content was never synced: the file is there, and empty. */
  int fd = real_open(content, O_CREAT | O_WRONLY | O_CLOEXEC, status->st_mode & 0777);
  if (fd < 0 || fstat(fd, &kept) != 0) give_up("cannot open the shadow");
  close(fd);
  if (stat(target, &held) == 0 && held.st_ino == kept.st_ino) return;
  snprintf(fresh, sizeof fresh, "%s/fresh", shadow());
  unlink(fresh);
  if (link(content, fresh) != 0 || rename(fresh, target) != 0) give_up("cannot keep a name");
}

/* Makes the shadow of one folder list what the folder lists. */
static void keep_names(const char *relative) {
  char folder[PATH_MAX * 2], tree[PATH_MAX * 2], path[PATH_MAX * 3];
  struct dirent *entry;
  struct stat status;
  snprintf(folder, sizeof folder, "%s/%s%s", watched(), relative, *relative ? "/" : "");
  snprintf(tree, sizeof tree, "%s/tree/%s%s", shadow(), relative, *relative ? "/" : "");
  make_folders(tree);
  DIR *listing = opendir(folder);
  if (!listing) give_up("cannot list a watched folder");
  while ((entry = readdir(listing))) {
    snprintf(path, sizeof path, "%s%s", folder, entry->d_name);
    if (lstat(path, &status) == 0 && S_ISREG(status.st_mode)) keep_name(tree, entry->d_name, &status);
  }
  closedir(listing);
  listing = opendir(tree);
  if (!listing) give_up("cannot list the shadow");
  while ((entry = readdir(listing))) {
    snprintf(path, sizeof path, "%s%s", folder, entry->d_name);
    if (lstat(path, &status) == 0 || errno != ENOENT) continue;
    snprintf(path, sizeof path, "%s%s", tree, entry->d_name);
    unlink(path);
  }
  closedir(listing);
}

static int sync_folder(int fd, int (*sync)(int)) {
  char relative[PATH_MAX];
  struct stat status;
  if (!is_on() || fstat(fd, &status) != 0 || !S_ISDIR(status.st_mode) || !relative_path(fd, relative)) return sync(fd);
  pthread_mutex_lock(&tree_lock);
  int result = sync(fd);
  if (result == 0) keep_names(relative);
  pthread_mutex_unlock(&tree_lock);
  return result;
}

static int synced(int fd, int (*sync)(int)) {
  struct file *file = lock_file(fd);
  if (!file) return sync_folder(fd, sync);
  int result = -1;
  if (told_to_fail("fail-sync", fd)) errno = EIO;
  else if ((result = sync(fd)) == 0) keep_content(file, fd);
  unlock_file(file);
  return result;
}

int fsync(int fd) {
  NEXT("fsync", int, int);
  return synced(fd, next);
}

int fdatasync(int fd) {
  NEXT("fdatasync", int, int);
  return synced(fd, next);
}
