/* A disk as slow as a worn memory card: loaded before the C library, it makes every sync wait. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int file)
{
    struct timespec delay = {0, DELAY_MS * 1000000L};
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);

    nanosleep(&delay, NULL);
    return sync(file);
}

int fsync(int file)
{
    return slowly("fsync", file);
}

int fdatasync(int file)
{
    return slowly("fdatasync", file);
}
