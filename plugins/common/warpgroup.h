// Matrix products of a warpgroup: four warps, each with 16 rows of A in its registers, share B in shared memory. On compute
// capability 9.0 (compiled for sm_90a) these are wgmma instructions, elsewhere each warp multiplies for itself.
#pragma once

#include "common/primitives.h"

namespace trtfairmot
{

// How the 16-byte chunks of B's rows lie in shared memory, in wgmma's code.
enum class Swizzle : uint32_t
{
    kNONE = 0, // 8 rows x 16 bytes lie together
    k128 = 1 // rows of 128 bytes, chunk c of row r in the place of chunk c ^ (r & 7); aligned to 1,024 bytes
};

// B of one product: 16 terms of the sum, and any number of columns in blocks of 8. A row of 16 bytes holds 8 terms of one
// column. termBytes: from terms 0-7 to terms 8-15 (not with k128); columnBytes: from a block of columns to the next.
struct SharedMatrix
{
#if defined(__CUDACC__)
    uint64_t descriptor;
    uint32_t address; // whole, with the bits that name the block of a cluster
#else
    char const* begin;
    uint32_t termBytes;
    uint32_t columnBytes;
    Swizzle swizzle;
#endif
};

DEVICE_INLINE SharedMatrix sharedMatrix(void const* begin, uint32_t termBytes, uint32_t columnBytes, Swizzle swizzle)
{
#if defined(__CUDACC__)
    uint32_t const address = sharedAddress(begin);
    return SharedMatrix{static_cast<uint64_t>(address >> 4 & 0x3FFF) | static_cast<uint64_t>(termBytes >> 4) << 16
            | static_cast<uint64_t>(columnBytes >> 4) << 32 | static_cast<uint64_t>(swizzle) << 62,
        address};
#else
    return SharedMatrix{static_cast<char const*>(begin), termBytes, columnBytes, swizzle};
#endif
}

// The same matrix `bytes` on, a multiple of 16.
DEVICE_INLINE SharedMatrix advanced(SharedMatrix matrix, int32_t bytes)
{
#if defined(__CUDACC__)
    matrix.descriptor += static_cast<uint64_t>(bytes >> 4);
    matrix.address += static_cast<uint32_t>(bytes);
#else
    matrix.begin += bytes;
#endif
    return matrix;
}

#if defined(__CUDA_ARCH_FEAT_SM90_ALL)

#define SUM4(n) "+f"(sum[n][0]), "+f"(sum[n][1]), "+f"(sum[n][2]), "+f"(sum[n][3])
#define SUM16(n) SUM4(n), SUM4(n + 1), SUM4(n + 2), SUM4(n + 3)
#define SUM64(n) SUM16(n), SUM16(n + 4), SUM16(n + 8), SUM16(n + 12)
#define D0 "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15"
#define D16 "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define D32 "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47"
#define D48 "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define D64 "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79"
#define D80 "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95"
#define D96 "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111"
#define D112 "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"

// Before the first product, and after a thread has written registers that the next one reads.
DEVICE_INLINE void beginProducts()
{
    asm volatile("wgmma.fence.sync.aligned;\n" ::: "memory");
}

// Ends a group of products; waitForProducts<n>() leaves at most the n latest groups on their way.
DEVICE_INLINE void commitProducts()
{
    asm volatile("wgmma.commit_group.sync.aligned;\n" ::: "memory");
}

template <int32_t kGROUPS>
DEVICE_INLINE void waitForProducts()
{
    asm volatile("wgmma.wait_group.sync.aligned %0;\n" ::"n"(kGROUPS) : "memory");
}

// Lets products read what this thread has stored in shared memory, after a barrier.
DEVICE_INLINE void publishToProducts()
{
    asm volatile("fence.proxy.async.shared::cta;\n" ::: "memory");
}

// A vector that products read from registers: computed by here, so that nothing else stands between the products.
DEVICE_INLINE void settle(uint4& vector)
{
    asm volatile("" : "+r"(vector.x), "+r"(vector.y), "+r"(vector.z), "+r"(vector.w));
}

// Nothing that uses the sums moves up over this.
template <int32_t kN>
DEVICE_INLINE void settle(float (&sum)[kN][4])
{
    UNROLL
    for (int32_t n = 0; n < kN; ++n)
    {
        asm volatile("" : SUM4(n)::"memory");
    }
}

// sum[16 of each warp, 8 kN] += a[16, 16] * b[16, 8 kN]; a and sum as in multiplyAccumulate(). Half only.
template <int32_t kN>
DEVICE_INLINE void multiplyShared(float (&sum)[kN][4], uint32_t const (&a)[4], SharedMatrix b)
{
    static_assert(kN == 4 || kN == 8 || kN == 16 || kN == 32);
    if constexpr (kN == 4)
    {
        asm volatile("{\n.reg .pred p;\nsetp.eq.u32 p, 0, 0;\nwgmma.mma_async.sync.aligned.m64n32k16.f32.f16.f16 {" D0
                     "}, {%16, %17, %18, %19}, %20, p, 1, 1, 0;\n}\n"
                     : SUM16(0)
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b.descriptor));
    }
    else if constexpr (kN == 8)
    {
        asm volatile("{\n.reg .pred p;\nsetp.eq.u32 p, 0, 0;\nwgmma.mma_async.sync.aligned.m64n64k16.f32.f16.f16 {"
                     D0 ", " D16
                     "}, {%32, %33, %34, %35}, %36, p, 1, 1, 0;\n}\n"
                     : SUM16(0), SUM16(4)
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b.descriptor));
    }
    else if constexpr (kN == 16)
    {
        asm volatile("{\n.reg .pred p;\nsetp.eq.u32 p, 0, 0;\nwgmma.mma_async.sync.aligned.m64n128k16.f32.f16.f16 {"
                     D0 ", " D16 ", " D32 ", " D48
                     "}, {%64, %65, %66, %67}, %68, p, 1, 1, 0;\n}\n"
                     : SUM64(0)
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b.descriptor));
    }
    else if constexpr (kN == 32)
    {
        asm volatile("{\n.reg .pred p;\nsetp.eq.u32 p, 0, 0;\nwgmma.mma_async.sync.aligned.m64n256k16.f32.f16.f16 {"
                     D0 ", " D16 ", " D32 ", " D48 ", "
                     D64 ", " D80 ", " D96 ", " D112
                     "}, {%128, %129, %130, %131}, %132, p, 1, 1, 0;\n}\n"
                     : SUM64(0), SUM64(16)
                     : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b.descriptor));
    }
}

#undef SUM4
#undef SUM16
#undef SUM64
#undef D0
#undef D16
#undef D32
#undef D48
#undef D64
#undef D80
#undef D96
#undef D112

#else

DEVICE_INLINE void beginProducts() {}

DEVICE_INLINE void commitProducts() {}

template <int32_t kGROUPS>
DEVICE_INLINE void waitForProducts()
{
}

DEVICE_INLINE void publishToProducts() {}

DEVICE_INLINE void settle(uint4&) {}

template <int32_t kN>
DEVICE_INLINE void settle(float (&)[kN][4])
{
}

// Two terms of a column: 2 * (lane % 4) + 8 * half and the next, of column 8 * block + lane / 4.
DEVICE_INLINE uint32_t wordOfMatrix(SharedMatrix const& b, int32_t block, uint32_t half)
{
    uint32_t const lane = static_cast<uint32_t>(threadIndex() & 31);
    uint32_t word;
#if defined(__CUDACC__)
    bool const swizzled = (b.descriptor >> 62) != 0;
    uint32_t const terms = swizzled ? 16U : static_cast<uint32_t>(b.descriptor >> 16 & 0x3FFF) << 4;
    uint32_t const pitch = swizzled ? 128U : 16U;
    uint32_t const byte = b.address + half * terms
        + static_cast<uint32_t>(block) * (static_cast<uint32_t>(b.descriptor >> 32 & 0x3FFF) << 4) + lane / 4 * pitch
        + lane % 4 * 4;
    uint32_t const place = swizzled ? byte ^ (byte >> 3 & 0x70U) : byte;
    asm volatile("ld.shared.u32 %0, [%1];\n" : "=r"(word) : "r"(place) : "memory");
#else
    bool const swizzled = b.swizzle == Swizzle::k128;
    uintptr_t const byte = reinterpret_cast<uintptr_t>(b.begin) + half * (swizzled ? 16U : b.termBytes)
        + static_cast<uint32_t>(block) * b.columnBytes + lane / 4 * (swizzled ? 128U : 16U) + lane % 4 * 4;
    memcpy(&word, reinterpret_cast<void const*>(swizzled ? byte ^ (byte >> 3 & 0x70U) : byte), 4);
#endif
    return word;
}

template <int32_t kN>
DEVICE_INLINE void multiplyShared(float (&sum)[kN][4], uint32_t const (&a)[4], SharedMatrix b)
{
    UNROLL
    for (int32_t n = 0; n < kN; ++n)
    {
        multiplyAccumulate<__half>(sum[n], a, wordOfMatrix(b, n, 0U), wordOfMatrix(b, n, 1U));
    }
}

#endif

} // namespace trtfairmot
