using SuRnnStream.Tests.Support;
using Xunit;

namespace SuRnnStream.Cluster.Tests;

public sealed class PublicSurfaceTest
{
    [Fact]
    public void Package_PublicSurface_IsTheApprovedOne() => PublicSurface.AssertApproved(typeof(ClusterProducer).Assembly, "SuRnnStream.Cluster");
}
