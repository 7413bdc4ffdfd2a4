using System.Runtime.InteropServices;
using SuRnnStream.Distribution.Tests.Support;
using Xunit;

namespace SuRnnStream.Distribution.Tests;

/// <summary>The packages in a native app, each as a whole.</summary>
public sealed class NativeAppTest(LocalFeed feed)
{
    [Fact]
    public void AllOfThePackages_InANativeApp_HaveNoTrimOrAotWarning()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "The native program is tried on x64 Linux.");
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "clang"))), "There is no clang to link a native program with: apt-get install clang zlib1g-dev.");
        string[] packages = ["SuRnnStream.Codecs", "SuRnnStream.Evaluation", "SuRnnStream.Hosting", "SuRnnStream.NAudio", "SuRnnStream.Reactive", "SuRnnStream.Sensors", "SuRnnStream.Wyoming"];
        var app = PackagedApp.WithOwnModel(feed, "native", project => project.Replace("  </ItemGroup>", $"""
                {string.Concat(packages.Select(name => $"""<PackageReference Include="{name}" Version="{LocalFeed.Version}" />"""))}
                <TrimmerRootAssembly Include="SuRnnStream;SuRnnStream.Pipeline;{string.Join(';', packages)}" />
              </ItemGroup>
            """));
        // At a lower priority than tests beside it that play sound in real time.
        var published = LocalFeed.Execute("nice", app, "-n", "10", "dotnet", "publish", "-c", "Release", "-r", "linux-x64", "-p:PublishAot=true", "-p:TrimmerSingleWarn=false", "-o", "out", "-nologo", "-nodeReuse:false");
        Assert.SkipWhen(published.Text.Contains("NU1101") || published.Text.Contains("NU1301"), "The native compiler's package is not here and no package source can be reached.");
        PackagedApp.AssertRuns(app, published);
    }
}
