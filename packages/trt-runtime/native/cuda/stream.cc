#include "cuda/stream.h"

#include "cuda/check.h"

namespace trtfairmot
{

CudaEvent::CudaEvent(int device, bool timing, bool spin)
    : mDevice(device)
{
    useDevice(device);
    unsigned const flags = (timing ? 0U : cudaEventDisableTiming) | (spin ? 0U : cudaEventBlockingSync);
    CUDA_CHECK(cudaEventCreateWithFlags(&mEvent, flags));
}

CudaEvent::~CudaEvent()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaEventDestroy(mEvent);
}

void CudaEvent::wait() const
{
    useDevice(mDevice);
    CUDA_CHECK(cudaEventSynchronize(mEvent));
}

CudaStream::CudaStream(int device)
    : mDevice(device)
{
    useDevice(device);
    CUDA_CHECK(cudaStreamCreateWithFlags(&mStream, cudaStreamNonBlocking));
}

CudaStream::~CudaStream()
{
    (void) cudaSetDevice(mDevice);
    (void) cudaStreamDestroy(mStream);
}

} // namespace trtfairmot
