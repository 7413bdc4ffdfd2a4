using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SuRnnStream;

/// <summary>Adds sources, detectors and sinks to a host.</summary>
public sealed class SuRnnStreamBuilder
{
    internal SuRnnStreamBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>A source that code makes.</summary>
    /// <param name="name">By which detectors name it.</param>
    /// <param name="make">Called when the host starts, and again after every loss. What it returns is closed by the host, if it can be.</param>
    /// <param name="options">Live or a file, and pauses between tries.</param>
    /// <exception cref="ArgumentException">There is a source of this name.</exception>
    public SuRnnStreamBuilder AddSource(string name, Func<IServiceProvider, ISampleSource> make, Action<HostedSourceOptions>? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(make);
        RequireNew("source", name, Registered<AddedSource>().Select(source => source.Name));
        Services.AddSingleton(new AddedSource(name, make));
        Services.Configure<SuRnnStreamOptions>(all =>
        {
            var source = Of(all.Sources, name);
            options?.Invoke(source);
        });
        return this;
    }

    /// <summary>
    /// A source that code pushes: <c>[FromKeyedServices("hall")] PushSource hall</c> takes 16-bit, float or byte samples of this format from any thread, and never waits: what is too fast is lost and counted.
    /// <see cref="PushSource.Complete"/> ends it for good.
    /// </summary>
    /// <param name="name">By which detectors name it, and the key of the service.</param>
    /// <param name="format">Rate, channels and encoding of what is pushed; models of other rates get it resampled.</param>
    /// <param name="channel">The channel to take, counted from 0; null for the mean of all.</param>
    /// <param name="capacity">Sound that may wait, 10 ms to 60 s; by default half a second.</param>
    /// <exception cref="ArgumentException">There is a source of this name, or no such channel.</exception>
    public SuRnnStreamBuilder AddPushSource(string name, PcmFormat format, int? channel = null, TimeSpan? capacity = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        var source = new PushSource(format, channel, capacity);
        AddSource(name, _ => source, options => options.EndsWhenCompleted = true);
        Services.AddKeyedSingleton(name, source);
        return this;
    }

    /// <summary>A detector, or more settings of one that the configuration names.</summary>
    /// <param name="name">Its name in logs, metrics and sinks.</param>
    /// <param name="options">Source, model and settings.</param>
    /// <exception cref="ArgumentException">There is a detector of this name.</exception>
    public SuRnnStreamBuilder AddDetector(string name, Action<HostedDetectorOptions> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        RequireNew("detector", name, Registered<AddedDetector>().Select(detector => detector.Name));
        Services.AddSingleton(new AddedDetector(name));
        Services.Configure<SuRnnStreamOptions>(all => options(Of(all.Detectors, name)));
        return this;
    }

    /// <summary>A sink of all detections. It has a bounded queue and a task of its own, so that no detector and no other sink waits for it.</summary>
    /// <param name="make">Called when the host starts.</param>
    /// <param name="name">For logs and metrics; by default the sink's type and, from the second on, a number.</param>
    /// <exception cref="ArgumentException">There is a sink of this name.</exception>
    public SuRnnStreamBuilder AddSink(Func<IServiceProvider, IDetectionSink> make, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (name is not null) RequireNew("sink", name, Registered<AddedSink>().Select(sink => sink.Name));
        Services.AddSingleton(new AddedSink(name ?? "", make));
        return this;
    }

    /// <summary>The same with a type: it is made by the host's services, one of them where it is one, and closed with the host.</summary>
    /// <typeparam name="T">Its constructor gets services.</typeparam>
    /// <param name="name">For logs and metrics; by default the type's name and, from the second on, a number.</param>
    /// <exception cref="ArgumentException">There is a sink of this name.</exception>
    public SuRnnStreamBuilder AddSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(string? name = null) where T : class, IDetectionSink =>
        AddSink(services => services.GetService<T>() ?? ActivatorUtilities.CreateInstance<T>(services), name);

    /// <summary>Calls a method for every detection, one after the other, as a sink.</summary>
    /// <param name="take">What it throws is logged and counted.</param>
    /// <param name="name">For logs and metrics; by default <c>OnDetection</c>.</param>
    /// <exception cref="ArgumentException">There is a sink of this name.</exception>
    public SuRnnStreamBuilder OnDetection(Action<HeardDetection> take, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(take);
        return OnDetection((heard, _) =>
        {
            take(heard);
            return Task.CompletedTask;
        }, name);
    }

    /// <summary>Calls an asynchronous method for every detection, one after the other, as a sink.</summary>
    /// <inheritdoc cref="OnDetection(Action{HeardDetection}, string?)"/>
    public SuRnnStreamBuilder OnDetection(Func<HeardDetection, Task> take, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(take);
        return OnDetection((heard, _) => take(heard), name);
    }

    /// <summary>The same; the token ends when the host is going down and will wait no longer.</summary>
    /// <inheritdoc cref="OnDetection(Action{HeardDetection}, string?)"/>
    public SuRnnStreamBuilder OnDetection(Func<HeardDetection, CancellationToken, Task> take, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(take);
        if (name is not null) RequireNew("sink", name, Registered<AddedSink>().Select(sink => sink.Name));
        Services.AddSingleton(new AddedSink(name ?? nameof(OnDetection), _ => new DelegateSink(take))); // the second gets a number
        return this;
    }

    /// <summary>A sink that the configuration can name: each section <c>Sinks:NAME</c> makes one.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="make">Called when the host starts, with that section. An <see cref="ArgumentException"/> keeps the host from starting; its message follows the section's path.</param>
    /// <exception cref="ArgumentException">There is a kind of this name.</exception>
    public SuRnnStreamBuilder AddSinkKind(string name, Func<IServiceProvider, IConfigurationSection, IDetectionSink> make)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(make);
        RequireNew("kind of sink", name, Registered<SinkKind>().Select(kind => kind.Name));
        Services.AddSingleton(new SinkKind(name, make));
        return this;
    }

    /// <summary>An arbiter among machines that the configuration can name: the section <c>Arbitration:NAME</c> makes it.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="make">Called when the host starts, with that section. An <see cref="ArgumentException"/> keeps the host from starting; its message follows the section's path. What it returns is disposed of by the host.</param>
    /// <exception cref="ArgumentException">There is a kind of this name.</exception>
    public SuRnnStreamBuilder AddArbiterKind(string name, Func<IServiceProvider, IConfigurationSection, IDetectionArbiter> make)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(make);
        RequireNew("kind of arbiter", name, Registered<ArbiterKind>().Select(kind => kind.Name));
        Services.AddSingleton(new ArbiterKind(name, make));
        return this;
    }

    /// <summary>A kind of second look that the configuration can name: <c>Detectors:NAME:Verifier</c>.</summary>
    /// <param name="extension">How its files end, as <c>.look</c>.</param>
    /// <param name="open">Opens a file, given its full path; called once for all detectors that name it. An <see cref="IOException"/> or <see cref="InvalidDataException"/> keeps the host from starting.</param>
    /// <exception cref="ArgumentException">There is a kind of this ending.</exception>
    public SuRnnStreamBuilder AddVerifierKind(string extension, Func<string, IVerifier> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(extension);
        ArgumentNullException.ThrowIfNull(open);
        RequireNew("kind of verifier", extension, Registered<VerifierKind>().Select(kind => kind.Extension));
        Services.AddSingleton(new VerifierKind(extension, open));
        return this;
    }

    /// <summary>Opens addresses of further kinds. Where several openers take an address, the one that was added last opens it.</summary>
    public SuRnnStreamBuilder AddSourceOpener(ISourceOpener opener)
    {
        ArgumentNullException.ThrowIfNull(opener);
        Services.AddSingleton(opener);
        return this;
    }

    IEnumerable<T> Registered<T>() where T : class => Services.Select(service => service.ImplementationInstance).OfType<T>();

    static void RequireNew(string what, string name, IEnumerable<string> names)
    {
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase)) throw new ArgumentException($"There is a {what} '{name}' already: give this one another name.");
    }

    static T Of<T>(IDictionary<string, T> all, string name) where T : new()
    {
        if (!all.TryGetValue(name, out var one)) all[name] = one = new T();
        return one;
    }

    sealed record AddedDetector(string Name);
}
