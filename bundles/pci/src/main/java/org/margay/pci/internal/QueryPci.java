package org.margay.pci.internal;

import java.util.List;
import java.util.Optional;
import org.margay.machine.Machine;
import org.margay.pci.PciBus;
import org.margay.pci.PciInfo;
import org.margay.qmp.CommandName;
import org.margay.qmp.Empty;
import org.margay.qmp.QmpCommand;
import org.margay.qmp.QmpSession;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** query-pci: every bus with its devices; an empty list on machines without PCI. */
@Component
@CommandName("query-pci")
public final class QueryPci implements QmpCommand<Empty> {
    private final Machine machine;

    @Activate
    public QueryPci(@Reference Machine machine) {
        this.machine = machine;
    }

    @Override
    public List<PciInfo> execute(Empty arguments, QmpSession session) {
        Optional<PciBus> root = machine.find(PciBus.class);
        return root.map(bus -> List.of(PciInfo.of(bus))).orElse(List.of());
    }

    @Override
    public Class<Empty> argumentsType() {
        return Empty.class;
    }
}
