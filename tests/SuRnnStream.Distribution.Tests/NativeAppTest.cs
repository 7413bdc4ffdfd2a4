using System.Runtime.InteropServices;
using SuRnnStream.Distribution.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>The packages in a native app.</summary>
public sealed class NativeAppTest(LocalFeed feed)
{
    [Fact]
    public void AllOfThePackages_InANativeApp_HaveNoTrimOrAotWarning()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "The native program is tried on x64 Linux.");
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "clang"))), "There is no clang to link a native program with: apt-get install clang zlib1g-dev.");
        var app = PackagedApp.WithOwnModel(feed, "native", project => project.Replace("  </ItemGroup>", $"""
                <PackageReference Include="SuRnnStream.Sensors" Version="{LocalFeed.Version}" />
                <TrimmerRootAssembly Include="SuRnnStream;SuRnnStream.Pipeline;SuRnnStream.Hosting;SuRnnStream.Sensors" />
              </ItemGroup>
            """));
        var published = LocalFeed.Dotnet(app, "publish", "-c", "Release", "-r", "linux-x64", "-p:PublishAot=true", "-p:TrimmerSingleWarn=false", "-o", "out", "-nologo", "-nodeReuse:false");
        Assert.SkipWhen(published.Text.Contains("NU1101") || published.Text.Contains("NU1301"), "The native compiler's package is not here and no package source can be reached.");
        PackagedApp.AssertRuns(app, published);
    }
}
