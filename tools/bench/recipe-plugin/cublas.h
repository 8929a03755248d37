// The one product that is needed of cuBLAS, from whichever version of its library is on this machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <cuda_runtime_api.h>

namespace recipe
{

class Cublas
{
public:
    // Bytes that the caller lends for scratch space: what cuBLAS asks for on Hopper.
    static constexpr size_t kWORKSPACE = 32U << 20U;

    // Opens the library named by RECIPE_CUBLAS, else libcublas.so.12, .13 or .11 from the loader's path.
    Cublas();
    ~Cublas();
    Cublas(Cublas const&) = delete;
    Cublas& operator=(Cublas const&) = delete;

    // Empty, or why there is no cuBLAS.
    std::string const& problem() const
    {
        return mProblem;
    }

    // output [m, n] += weight [m, k] * columns [k, n], row by row, sums in float32.
    bool addProduct(bool half, int32_t m, int32_t n, int32_t k, void const* weight, void const* columns, void* output,
        void* workspace, cudaStream_t stream);

private:
    void* mHandle{nullptr};
    std::string mProblem;
};

} // namespace recipe
