// A CUDA graph captured from a stream and ready to launch.
#pragma once

#include <cuda_runtime_api.h>
#include <functional>
#include <memory>

namespace trtfairmot
{

class CudaGraph
{
public:
    static constexpr char const* kNAME = "CudaGraph";

    // Captures what `work` submits to the stream. Capture is this thread's own: other threads may go on allocating.
    static std::shared_ptr<CudaGraph> capture(int device, cudaStream_t stream, std::function<void()> const& work);

    // Ends a capture begun on this thread; on failure the stream is usable again all the same.
    static std::shared_ptr<CudaGraph> endCapture(int device, cudaStream_t stream);

    ~CudaGraph();
    CudaGraph(CudaGraph const&) = delete;
    CudaGraph& operator=(CudaGraph const&) = delete;

    void launch(cudaStream_t stream) const;

    size_t nodeCount() const noexcept
    {
        return mNodeCount;
    }

private:
    CudaGraph(int device, cudaGraph_t graph);

    int mDevice;
    size_t mNodeCount{0};
    cudaGraphExec_t mExecutable{nullptr};
};

} // namespace trtfairmot
