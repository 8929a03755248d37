// What a kernel asks of its thread block: indices, barriers, asynchronous copies and tensor-core operations. On the
// host the same names are implemented by testing/emulator.cpp, thread by thread.
#pragma once

#include <cstddef>

#include "common/elements.h"

namespace trtfairmot
{

#if defined(__CUDACC__)

DEVICE_INLINE int32_t threadIndex()
{
    return static_cast<int32_t>(threadIdx.x);
}

DEVICE_INLINE int3 blockIndex()
{
    return int3{static_cast<int32_t>(blockIdx.x), static_cast<int32_t>(blockIdx.y), static_cast<int32_t>(blockIdx.z)};
}

DEVICE_INLINE void syncBlock()
{
    __syncthreads();
}

DEVICE_INLINE void syncWarp()
{
    __syncwarp();
}

template <typename T>
DEVICE_INLINE T loadReadOnly(T const* address)
{
    return __ldg(address);
}

DEVICE_INLINE uint32_t sharedAddress(void const* pointer)
{
    return static_cast<uint32_t>(__cvta_generic_to_shared(pointer));
}

// Copies 16 bytes to shared memory, or writes zeros; complete after waitForCopies().
DEVICE_INLINE void copyAsync16(void* shared, void const* global, bool valid)
{
#if __CUDA_ARCH__ >= 800
    int32_t const bytes = valid ? 16 : 0;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;\n" ::"r"(sharedAddress(shared)), "l"(global), "r"(bytes)
                 : "memory");
#else
    *static_cast<uint4*>(shared) = valid ? __ldg(static_cast<uint4 const*>(global)) : uint4{0U, 0U, 0U, 0U};
#endif
}

DEVICE_INLINE void waitForCopies()
{
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_all;\n" ::: "memory");
#endif
}

// Ends a group of copyAsync16(); waitForCopyGroups<n>() leaves at most the n latest groups of the thread on their way.
DEVICE_INLINE void commitCopies()
{
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.commit_group;\n" ::: "memory");
#endif
}

template <int32_t kGROUPS>
DEVICE_INLINE void waitForCopyGroups()
{
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_group %0;\n" ::"n"(kGROUPS) : "memory");
#endif
}

// A load of what an earlier kernel wrote, possibly one that overlapped with this one.
template <typename T>
DEVICE_INLINE T loadGlobal(T const* address)
{
    return *address;
}

// The value that lane `source` of the warp gives; all lanes take part.
DEVICE_INLINE uint32_t shuffle(uint32_t value, int32_t source)
{
    return __shfl_sync(0xFFFFFFFFU, value, source);
}

// Adds in shared memory, and returns what was there before.
DEVICE_INLINE uint32_t addShared(uint32_t* target, uint32_t value)
{
    return atomicAdd(target, value);
}

// Where kernels are launched to overlap: lets the next one start, though not read what this one writes.
DEVICE_INLINE void letNextKernelStart()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;\n");
#endif
}

// Where kernels are launched to overlap: until the one before has ended, and its results can be read.
DEVICE_INLINE void waitForPreviousKernel()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;\n" ::: "memory");
#endif
}

// Four 8x8 matrices of 16-bit elements; lane l gives the address of row l % 8 of matrix l / 8.
DEVICE_INLINE void loadMatrices(uint32_t (&fragment)[4], void const* row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];\n"
                 : "=r"(fragment[0]), "=r"(fragment[1]), "=r"(fragment[2]), "=r"(fragment[3])
                 : "r"(sharedAddress(row)));
}

// The opposite: writes four 8x8 matrices, lane l giving the address of row l % 8 of matrix l / 8.
DEVICE_INLINE void storeMatrices(void* row, uint32_t const (&fragment)[4])
{
#if __CUDA_ARCH__ >= 900
    asm volatile("stmatrix.sync.aligned.m8n8.x4.shared.b16 [%0], {%1, %2, %3, %4};\n" ::"r"(sharedAddress(row)),
                 "r"(fragment[0]), "r"(fragment[1]), "r"(fragment[2]), "r"(fragment[3])
                 : "memory");
#else
    uint32_t const address = sharedAddress(row);
    int32_t const lane = threadIndex() & 31;
    UNROLL
    for (int32_t matrix = 0; matrix < 4; ++matrix)
    {
        uint32_t const target = __shfl_sync(0xFFFFFFFFU, address, matrix * 8 + lane / 4) + lane % 4 * 4;
        asm volatile("st.shared.u32 [%0], %1;\n" ::"r"(target), "r"(fragment[matrix]) : "memory");
    }
#endif
}

// sum[16, 8] += a[16, 16] * b[16, 8], in the fragment layout of mma.m16n8k16.
template <typename T>
DEVICE_INLINE void multiplyAccumulate(float (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1);

template <>
DEVICE_INLINE void multiplyAccumulate<__half>(float (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1)
{
#if __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};\n"
                 : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, "
                 "{%0, %1, %2, %3};\n"
                 "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%7, %8}, {%9}, "
                 "{%0, %1, %2, %3};\n"
                 : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
                 : "r"(a[0]), "r"(a[1]), "r"(b0), "r"(a[2]), "r"(a[3]), "r"(b1));
#endif
}

// Needs compute capability 8.0; planIsSupported() keeps older devices away.
template <>
DEVICE_INLINE void multiplyAccumulate<__nv_bfloat16>(float (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1)
{
#if __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};\n"
                 : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else
    __trap();
#endif
}

#else

int32_t threadIndex();
int3 blockIndex();
void syncBlock();
void copyAsync16(void* shared, void const* global, bool valid);
void waitForCopies();
void commitCopies();
void waitForCopyGroups(int32_t groups);
uint32_t shuffle(uint32_t value, int32_t source);
void loadMatrices(uint32_t (&fragment)[4], void const* row);
void storeMatrices(void* row, uint32_t const (&fragment)[4]);
void checkRead(void const* address, size_t bytes);

template <typename T>
T loadReadOnly(T const* address)
{
    checkRead(address, sizeof(T));
    return *address;
}

template <typename T>
T loadGlobal(T const* address)
{
    return loadReadOnly(address);
}

template <int32_t kGROUPS>
void waitForCopyGroups()
{
    waitForCopyGroups(kGROUPS);
}

inline uint32_t addShared(uint32_t* target, uint32_t value)
{
    uint32_t const before = *target;
    *target += value;
    return before;
}

inline void syncWarp()
{
    shuffle(0U, 0);
}

inline void letNextKernelStart() {}

inline void waitForPreviousKernel() {}

template <typename T>
void multiplyAccumulate(float (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1);

#endif

DEVICE_INLINE float shuffle(float value, int32_t source)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    bits = shuffle(bits, source);
    memcpy(&value, &bits, sizeof(bits));
    return value;
}

} // namespace trtfairmot
