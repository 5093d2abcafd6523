extension FaultyDisk {
    /// One byte a page of each file tells whether the page was written since it was last synced; it outlives the
    /// process, as the system's pages do.
    static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <limits.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/stat.h>
        #include <unistd.h>

        enum { page = 4096, pages = 65536 };

        static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

        #define NEXT(type, name, ...) \
            static type (*next)(__VA_ARGS__); \
            if (!next) next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

        static const char *folder(void) {
            const char *path = getenv("FAULTY_DISK");
            return path ? path : "/nowhere";
        }

        static int is_told(const char *fault) {
            char path[PATH_MAX];
            snprintf(path, sizeof path, "%s/%s", folder(), fault);
            return access(path, F_OK) == 0;
        }

        /* As many bytes as there were failures. */
        static void count_failure(void) {
            char path[PATH_MAX];
            snprintf(path, sizeof path, "%s/failures", folder());
            int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
            if (file < 0 || write(file, "x", 1) != 1) abort();
            close(file);
        }

        /* The store's database, log or index: 1; of these, what a power cut leaves: 2; other files: 0. */
        static int kind(int fd, char *path) {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            ssize_t length = readlink(link, path, PATH_MAX - 1);
            if (length < 0) return 0;
            path[length] = 0;
            size_t prefix = strlen(folder());
            if (strncmp(path, folder(), prefix) || strncmp(path + prefix, "/store.db", 9)) return 0;
            const char *rest = path + prefix + 9;
            return !*rest || !strcmp(rest, "-wal") ? 2 : !strcmp(rest, "-shm") ? 1 : 0;
        }

        static unsigned char *dirty_pages(const char *path) {
            char name[PATH_MAX + 8];
            snprintf(name, sizeof name, "%s.dirty", path);
            int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
            if (file < 0) abort();
            struct stat status;
            if (fstat(file, &status) || (status.st_size < pages && posix_fallocate(file, 0, pages))) abort();
            void *map = mmap(0, pages, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            close(file);
            if (map == MAP_FAILED) abort();
            return map;
        }

        static void mark(const char *path, off_t from, off_t to) {
            unsigned char *dirty = dirty_pages(path);
            for (off_t index = from / page; index * page < to && index < pages; index++) dirty[index] = 1;
            munmap(dirty, pages);
        }

        /* What was written since the last sync reaches the platter; or it is lost, and taken for written. */
        static void settle(int fd, const char *path, int reaches) {
            char name[PATH_MAX + 8];
            snprintf(name, sizeof name, "%s.platter", path);
            int platter = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
            unsigned char *dirty = dirty_pages(path);
            struct stat status;
            if (platter < 0 || fstat(fd, &status)) abort();
            static char bytes[page];
            for (off_t index = 0; index < pages; index++) {
                if (!dirty[index]) continue;
                dirty[index] = 0;
                ssize_t length = reaches ? pread(fd, bytes, page, index * page) : 0;
                if (length > 0 && pwrite(platter, bytes, length, index * page) != length) abort();
            }
            if (reaches && ftruncate(platter, status.st_size)) abort();
            munmap(dirty, pages);
            close(platter);
        }

        static ssize_t full_write(int fd, int is_ours, off_t end) {
            struct stat status;
            if (!is_ours || !is_told("full") || fstat(fd, &status) || end <= status.st_size) return 0;
            count_failure();
            errno = ENOSPC;
            return -1;
        }

        ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
            NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
            char path[PATH_MAX];
            int which = kind(fd, path);
            if (!which) return next(fd, bytes, count, offset);
            pthread_mutex_lock(&lock);
            ssize_t written = full_write(fd, which, offset + count);
            if (!written) {
                written = next(fd, bytes, count, offset);
                if (written > 0 && which == 2) mark(path, offset, offset + written);
            }
            pthread_mutex_unlock(&lock);
            return written;
        }

        ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
            return pwrite64(fd, bytes, count, offset);
        }

        int ftruncate64(int fd, off64_t size) {
            NEXT(int, "ftruncate64", int, off64_t);
            char path[PATH_MAX];
            int which = kind(fd, path);
            if (!which) return next(fd, size);
            pthread_mutex_lock(&lock);
            int result = full_write(fd, which, size) ? -1 : next(fd, size);
            /* What lies behind is gone, whatever the platter has there. */
            if (!result && which == 2) mark(path, size, (off_t)pages * page);
            pthread_mutex_unlock(&lock);
            return result;
        }

        int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

        static int sync_file(int fd, int (*next)(int)) {
            char path[PATH_MAX];
            if (kind(fd, path) != 2) return next(fd);
            pthread_mutex_lock(&lock);
            int fails = is_told("fail-sync");
            settle(fd, path, !fails);
            if (fails) count_failure();
            pthread_mutex_unlock(&lock);
            if (fails) errno = EIO;
            return fails ? -1 : 0;
        }

        int fsync(int fd) {
            NEXT(int, "fsync", int);
            return sync_file(fd, next);
        }

        int fdatasync(int fd) {
            NEXT(int, "fdatasync", int);
            return sync_file(fd, next);
        }
        """#
}
