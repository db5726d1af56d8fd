package dev.almanac.service.config;

import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesException;
import java.time.zone.ZoneRulesProvider;
import java.util.NavigableMap;
import java.util.Set;

/** Puts a Java without zone data before its tests; named on the command line of one. */
public final class NoZones extends ZoneRulesProvider {
  @Override
  protected Set<String> provideZoneIds() {
    return Set.of();
  }

  @Override
  protected ZoneRules provideRules(String zoneId, boolean forCaching) {
    throw new ZoneRulesException("no zone data");
  }

  @Override
  protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
    throw new ZoneRulesException("no zone data");
  }
}
